import { TaskState } from '@a2a-js/sdk';
import type { Selectable } from 'kysely';
import { stateName, WAITING_STATES } from '../events/task-event.js';
import { conversationLock } from './conversation-lock.js';
import { READ_LANES } from './given-rows.js';
import type { LogTransaction } from './log-transaction.js';
import type { TasksTable } from './schema.js';

/** The unique index of a store whose transactions run at once: a conversation has one engaged task. */
export const LANE_INDEX = 'tasks_engaged';

/** A turn that begins before another one of its conversation. */
export interface LaneBlocker {
  readonly taskId: string;
  /** The boot whose engine works on it; undefined: it was accepted earlier, and has not begun. */
  readonly engaged: string | undefined;
  /** True if its turn has begun and not ended: if its boot is dead, recovery decides what becomes of it. */
  readonly unfinished: boolean;
}

/** Whose lane. */
interface LaneKey {
  readonly owner: string;
  readonly contextId: string;
}

const SUBMITTED = stateName(TaskState.TASK_STATE_SUBMITTED);
const WORKING = stateName(TaskState.TASK_STATE_WORKING);

/** An open task of a lane: it has not ended, or an engine still works on it. */
export type LaneRow = Pick<
  Selectable<TasksTable>,
  'id' | 'state' | 'terminal' | 'attempt' | 'fence' | 'accepted' | 'engaged'
>;

/** All open tasks of a lane. */
export async function readLane(
  transaction: LogTransaction,
  { owner, contextId }: LaneKey,
): Promise<readonly LaneRow[]> {
  return (await transaction.ask(READ_LANES, { owner, context_id: contextId })) as readonly LaneRow[];
}

/** What a write concerns that decides by the lane. */
export function laneConcern({ owner, contextId }: LaneKey): string {
  return `lane ${conversationLock({ owner, contextId })}`;
}

/** The place of a turn that is accepted now: after all others of its lane. Microseconds since 1970, unless a clock was set back. */
export function acceptedNow(lane: readonly LaneRow[]): number {
  return lane.reduce((after, { accepted }) => Math.max(after, Number(accepted) + 1), Date.now() * 1_000);
}

/** True for the error of a claim that found its conversation free, while another one engaged it. */
export function isLaneTaken(error: unknown): boolean {
  return (error as { readonly constraint?: unknown }).constraint === LANE_INDEX;
}

/** The turns of the lane that begin before the present turn of this task. */
export function blockersOf(lane: readonly LaneRow[], own: LaneRow): readonly LaneBlocker[] {
  return lane.filter((row) => goesFirst(row, own)).map(toBlocker);
}

/** True if other tasks of the lane wait for an answer or an authorization. While a turn of the lane is claimed, no further one can begin to. */
export function hasQuestions(lane: readonly LaneRow[], taskId: string): boolean {
  return lane.some(({ id, state }) => WAITING_STATES.includes(state) && id !== taskId);
}

function goesFirst(row: LaneRow, own: LaneRow): boolean {
  // The engine may still work on the turn before this one.
  if (row.id === own.id) return row.engaged !== null && row.attempt === 0;
  const isSubmitted = row.terminal === 0 && row.state === SUBMITTED && row.attempt === 0;
  return row.engaged !== null || (isSubmitted && Number(row.accepted) < Number(own.accepted));
}

function toBlocker({ id, state, terminal, attempt, engaged }: LaneRow): LaneBlocker {
  const unfinished = engaged !== null && terminal === 0 && state === WORKING && attempt > 0;
  return { taskId: id, engaged: engaged ?? undefined, unfinished };
}
