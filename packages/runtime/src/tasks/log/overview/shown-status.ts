import { Task } from '@a2a-js/sdk';
import type { Kysely } from 'kysely';
import { isObject } from '../../../support/is-object.js';
import { ERROR_CODE_KEY } from '../../events/outcome-metadata.js';
import type { TaskLogSchema } from '../schema.js';

/** What the status of a settled task says. */
export interface ShownStatus {
  readonly text: string;
  /** The stable code of a failure. */
  readonly code: string | undefined;
  /** What a task that waits asks for, for programs: see `question-event.ts`. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

/** The statuses of settled tasks. The last chunk of such a task holds its status. */
export async function statusesOf(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ShownStatus>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('task_contents')
    .select(['task_id', 'content'])
    .where('task_id', 'in', [...ids])
    .where('kind', '=', 'status')
    .execute();
  return new Map(rows.map(({ task_id, content }) => [task_id, shownStatus(Task.fromJSON(JSON.parse(content)))]));
}

/** What the status of a task says. */
function shownStatus({ status, metadata }: Pick<Task, 'status' | 'metadata'>): ShownStatus {
  const parts = status?.message?.parts ?? [];
  const text = parts.flatMap(({ content }) => (content?.$case === 'text' ? [content.value] : [])).join('\n');
  const data = parts.find(({ content }) => content?.$case === 'data')?.content?.value;
  const code: unknown = status?.message?.metadata?.[ERROR_CODE_KEY] ?? metadata?.[ERROR_CODE_KEY];
  return {
    text,
    code: typeof code === 'string' ? code : undefined,
    details: isObject(data) ? data : undefined,
  };
}
