import type { Kysely, Selectable } from 'kysely';
import { isTerminal, stateFromName } from '../../events/task-event.js';
import type { TaskLogSchema, TasksTable } from '../schema.js';
import { storedResult } from '../stored-result.js';
import { type UsageOfTask, usageOfTasks } from '../usage/usage-store.js';
import { type ShownStatus, statusesOf } from './shown-status.js';
import { titlesOf } from './titles.js';

/** A task in a list, with all that a person wants to see there. */
export interface OverviewTask {
  readonly taskId: string;
  readonly contextId: string;
  readonly owner: string;
  /** A name of A2A's TaskState enum. */
  readonly state: string;
  readonly terminal: boolean;
  /** The beginning of the message that began the task; empty if it is not stored. */
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970 of the last change of status. */
  readonly statusAt: number;
  readonly seq: number;
  readonly turn: number;
  readonly attempt: number;
  readonly durable: boolean;
  /** Undefined: no turn of the task has reported anything. */
  readonly usage: UsageOfTask | undefined;
  /** The stable code of a task that failed or was rejected. */
  readonly failureCode: string | undefined;
  /** What a task says that failed, was rejected, or waits for an answer. */
  readonly status: ShownStatus | undefined;
}

const COLUMNS = [
  'id',
  'context_id',
  'owner',
  'state',
  'created_at',
  'status_at',
  'seq',
  'turn',
  'attempt',
  'durable',
  'result',
] as const;

type Row = Pick<Selectable<TasksTable>, (typeof COLUMNS)[number]>;

/** The tasks of these ids, in this order; those that do not exist are left out. */
export async function overviewTasks(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
): Promise<readonly OverviewTask[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .selectFrom('tasks')
    .select([...COLUMNS])
    .where('id', 'in', [...ids])
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  const titles = await titlesOf(database, [...found.keys()]);
  const speaking = rows.flatMap(({ id, state }) => (SPEAKING.includes(state) ? [id] : []));
  const statuses = await statusesOf(database, speaking);
  const usages = await usageOfTasks(database, [...found.keys()]);
  return ids.flatMap((id) => {
    const row = found.get(id);
    return row ? [toOverview(row, titles.get(id) ?? '', { status: statuses.get(id), usage: usages.get(id) })] : [];
  });
}

/** The states of which the status says something that a list shows. */
const SPEAKING: readonly string[] = [
  'TASK_STATE_FAILED',
  'TASK_STATE_REJECTED',
  'TASK_STATE_INPUT_REQUIRED',
  'TASK_STATE_AUTH_REQUIRED',
];

function toOverview(row: Row, title: string, { status, usage }: Pick<OverviewTask, 'status' | 'usage'>): OverviewTask {
  const ended = row.result === null ? undefined : storedResult(row.result);
  const failureCode = ended?.kind === 'failed' ? ended.code : status?.code;
  return {
    taskId: row.id,
    contextId: row.context_id,
    owner: row.owner,
    state: row.state,
    terminal: isTerminal(stateFromName(row.state)),
    title,
    createdAt: row.created_at,
    statusAt: row.status_at,
    seq: row.seq,
    turn: row.turn,
    attempt: row.attempt,
    durable: row.durable === 1,
    usage,
    failureCode: isTerminal(stateFromName(row.state)) ? failureCode : undefined,
    status,
  };
}
