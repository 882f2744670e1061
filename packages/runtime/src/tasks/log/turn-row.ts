import type { JsonValue } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import type { TurnInput } from '../turn-input.js';
import type { PendingInput } from '../turn-result.js';
import type { TurnRecord } from './records.js';
import type { TaskLogSchema } from './schema.js';
import type { StoredRun } from './stored-run.js';

/** What a task's present turn needs besides the task's head. */
export async function turnRow(
  database: Kysely<TaskLogSchema>,
  taskId: string,
): Promise<Pick<TurnRecord, 'input' | 'checkpoint' | 'pending' | 'run'>> {
  const rows = await database
    .selectFrom('task_contents')
    .select(['kind', 'content'])
    .where('task_id', '=', taskId)
    .where('kind', 'in', ['input', 'checkpoint', 'question', 'run'])
    .execute();
  const found = new Map(rows.map(({ kind, content }) => [kind, JSON.parse(content) as unknown]));
  const input = found.get('input') as TurnInput;
  const run = found.get('run') as StoredRun | undefined;
  return {
    input,
    checkpoint: found.get('checkpoint') as JsonValue | undefined,
    pending: found.get('question') as PendingInput | undefined,
    run: run?.next === input.turn ? run : undefined,
  };
}
