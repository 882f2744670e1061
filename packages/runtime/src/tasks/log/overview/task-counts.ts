import { type Kysely, sql } from 'kysely';
import { isTerminal, STATE_NAMES, stateFromName } from '../../events/task-event.js';
import type { TaskLogSchema } from '../schema.js';

/** Numbers of tasks by the name of their state. A state without tasks is absent. */
export interface TaskCounts {
  readonly open: Readonly<Record<string, number>>;
  /** Of tasks that ended since a time. */
  readonly ended: Readonly<Record<string, number>>;
}

const TERMINAL_STATES = STATE_NAMES.filter((name) => isTerminal(stateFromName(name)));

/**
 * Counts tasks. Open ones are few; of those that have ended, an index is counted.
 *
 * @param owner undefined: the tasks of all owners
 */
export async function countTasks(
  database: Kysely<TaskLogSchema>,
  owner: string | undefined,
  endedFrom: number,
): Promise<TaskCounts> {
  const counted = database
    .selectFrom('tasks')
    .select(({ fn }) => ['state', fn.countAll<number | string>().as('count')])
    .groupBy('state');
  const own = owner === undefined ? counted : counted.where('owner', '=', owner);
  // Literals, so that SQLite uses the partial indexes of these tasks.
  const open = await own.where(sql<boolean>`terminal = 0`).execute();
  const since = own.where('state', 'in', TERMINAL_STATES).where('status_at', '>=', endedFrom);
  // The index of an owner's states is not partial, and has no other column.
  const ended = await (owner === undefined ? since.where(sql<boolean>`terminal = 1`) : since).execute();
  return { open: byState(open), ended: byState(ended) };
}

function byState(rows: readonly { readonly state: string; readonly count: number | string }[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
}
