import { type Kysely, type Selectable, sql } from 'kysely';
import type { TaskLogSchema, TasksTable } from '../schema.js';

/** A task, and what shows that it has changed. */
export interface RecentTask {
  readonly id: string;
  /** See {@link markOf}. */
  readonly mark: string;
}

/** A text that differs after each change of a task. */
export function markOf(task: Pick<Selectable<TasksTable>, 'state' | 'seq' | 'turn' | 'attempt'>): string {
  const { state, seq, turn, attempt } = task;
  return `${state} ${seq} ${turn} ${attempt}`;
}

/**
 * All tasks that have not ended, and those that ended since a time.
 *
 * @returns undefined: there are more than `most`
 */
export async function recentTasks(
  database: Kysely<TaskLogSchema>,
  endedFrom: number,
  most: number,
): Promise<readonly RecentTask[] | undefined> {
  const columns = ['id', 'state', 'seq', 'turn', 'attempt'] as const;
  // Literals, so that SQLite uses the partial indexes of these tasks.
  const open = database
    .selectFrom('tasks')
    .select([...columns])
    .where(sql<boolean>`terminal = 0`)
    .limit(most + 1);
  const ended = database
    .selectFrom('tasks')
    .select([...columns])
    .where(sql<boolean>`terminal = 1`)
    .where('status_at', '>=', endedFrom)
    .limit(most + 1);
  const rows = [...(await open.execute()), ...(await ended.execute())];
  if (rows.length > most) return undefined;
  return rows.map((row) => ({ id: row.id, mark: markOf(row) }));
}
