import type { Database } from '../../storage/database.js';
import { CALLER } from '../../storage/storage-gate.js';
import type { TaskLogSchema } from '../schema.js';

/** A configuration as the operator sees it, without what its receiver takes for a proof. */
export interface PushSummary {
  readonly taskId: string;
  readonly id: string;
  readonly owner: string;
  /** Scheme, host and port of the URL: its path may be a secret. */
  readonly receiver: string;
  readonly version: string;
  /**
   * `waiting`: all that has happened was delivered, and the task has not ended. `due`: there is something to deliver. `failing`: deliveries
   * fail. `disabled`: they have failed for too long. `done`: the end of the task was delivered.
   */
  readonly state: 'waiting' | 'due' | 'failing' | 'disabled' | 'done';
  /** Notifications that were not delivered yet. */
  readonly behind: number;
  readonly tries: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly failingSince: number | undefined;
  readonly notBefore: number;
  readonly disabledAt: number | undefined;
  readonly lastError: string | undefined;
}

/** Which configurations are listed. */
export interface PushFilter {
  readonly owner?: string | undefined;
  readonly taskId?: string | undefined;
  /** True: only those with deliveries that fail, or have failed for too long. */
  readonly failing?: boolean;
}

/** The configurations of all owners, the newest first. */
export async function listPushConfigs(
  database: Database<TaskLogSchema>,
  { owner, taskId, failing }: PushFilter,
  most: number,
): Promise<readonly PushSummary[]> {
  return database.read(async (kysely) => {
    let query = kysely
      .selectFrom('push_configs as c')
      .selectAll('c')
      .select((expression) =>
        expression
          .selectFrom('push_outbox as o')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .whereRef('o.task_id', '=', 'c.task_id')
          .whereRef('o.seq', '>', 'c.sent_seq')
          .whereRef('o.seq', '<=', 'c.last_seq')
          .as('behind'),
      )
      .orderBy('c.created_at', 'desc')
      .orderBy('c.task_id')
      .orderBy('c.id')
      .limit(most);
    if (owner !== undefined) query = query.where('c.owner', '=', owner);
    if (taskId !== undefined) query = query.where('c.task_id', '=', taskId);
    if (failing) query = query.where('c.failing_since', 'is not', null);
    const rows = await query.execute();
    return rows.map((row) => ({
      taskId: row.task_id,
      id: row.id,
      owner: row.owner,
      receiver: row.origin,
      version: row.version,
      state: stateOf(row),
      behind: Number(row.behind ?? 0),
      tries: row.tries,
      createdAt: row.created_at,
      failingSince: row.failing_since ?? undefined,
      notBefore: row.not_before,
      disabledAt: row.disabled_at ?? undefined,
      lastError: row.last_error ?? undefined,
    }));
  }, CALLER);
}

function stateOf(row: {
  readonly done: number;
  readonly disabled_at: number | null;
  readonly failing_since: number | null;
  readonly last_seq: number;
  readonly sent_seq: number;
}): PushSummary['state'] {
  if (row.disabled_at !== null) return 'disabled';
  if (row.failing_since !== null) return 'failing';
  if (row.last_seq > row.sent_seq) return 'due';
  return row.done === 1 ? 'done' : 'waiting';
}
