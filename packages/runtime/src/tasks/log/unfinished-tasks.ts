import { type Kysely, sql } from 'kysely';
import { WAITING_STATES } from '../events/task-event.js';
import type { HotStatements } from './hot-statements.js';
import { HEAD_COLUMNS, type TaskHead, toHead } from './records.js';
import type { TaskLogSchema } from './schema.js';

/** A turn and its latest claim. */
export interface TurnClaim {
  readonly taskId: string;
  readonly turn: number;
  readonly fence: number;
  /** The boot that accepted or claimed the turn; undefined if the claim was released. */
  readonly runner: string | undefined;
  /** The boot whose engine works on the task; undefined if none does. */
  readonly engaged: string | undefined;
}

/** The claims of tasks whose turn has neither ended nor waits for an answer or a time, oldest first. */
export async function unfinishedClaims(database: Kysely<TaskLogSchema>): Promise<readonly TurnClaim[]> {
  const rows = await unfinished(database)
    .select(['id as taskId', 'turn', 'fence', 'runner', 'engaged'])
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('turn_wakes').select('task_id').whereRef('turn_wakes.task_id', '=', 'tasks.id'))),
    )
    .execute();
  return rows.map(({ runner, engaged, ...claim }) => ({
    ...claim,
    runner: runner ?? undefined,
    engaged: engaged ?? undefined,
  }));
}

/** Ended tasks whose engine still works on them, or whose boot died before it had recorded the engine's end. */
export async function endedButEngaged(
  database: Kysely<TaskLogSchema>,
): Promise<readonly Pick<TurnClaim, 'taskId' | 'engaged'>[]> {
  const rows = await database
    .selectFrom('tasks')
    .select(['id as taskId', 'engaged'])
    // Literals, so that SQLite uses the partial index of open tasks, and not one of ended tasks.
    .where(sql<boolean>`engaged is not null`)
    .where(sql<boolean>`terminal <> 0`)
    .execute();
  return rows.map(({ taskId, engaged }) => ({ taskId, engaged: engaged ?? undefined }));
}

/** Tasks of which a turn runs, oldest first. */
export async function runningTasks(database: Kysely<TaskLogSchema>): Promise<readonly TaskHead[]> {
  const rows = await unfinished(database).select(HEAD_COLUMNS).where('attempt', '>', 0).execute();
  return rows.map(toHead);
}

/** Ids of the tasks of a conversation that wait for an answer or an authorization. */
export async function waitingTasks(
  database: Kysely<TaskLogSchema>,
  statements: HotStatements,
  { owner, contextId }: Pick<TaskHead, 'owner' | 'contextId'>,
): Promise<readonly string[]> {
  const { rows } = await statements.run(database, 'waiting', [owner, contextId, ...WAITING_STATES], () =>
    database
      .selectFrom('tasks')
      .select('id')
      .where('owner', '=', owner)
      .where('context_id', '=', contextId)
      // A literal, so that SQLite uses the partial index of open tasks.
      .where(sql<boolean>`terminal = 0`)
      .where('state', 'in', [...WAITING_STATES]),
  );
  return (rows as readonly { readonly id: string }[]).map(({ id }) => id);
}

function unfinished(database: Kysely<TaskLogSchema>) {
  return (
    database
      .selectFrom('tasks')
      // Literally the condition of the partial index. Tasks that wait for an answer are not in it, because there may be many.
      .where(sql<boolean>`state in ('TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING')`)
      .orderBy('status_at')
  );
}
