import { TaskState } from '@a2a-js/sdk';
import { type LoggedEvent, loggedEvent, type TaskEvent } from '../events/task-event.js';
import { TURN } from '../storage/storage-gate.js';
import { type ChunkedRow, type Unchunked, unchunked } from './chunk-rows.js';
import { type LogWrite, taskConcern } from './commit-queue.js';
import { stateColumns } from './event-rows.js';
import { CLAIM_TURNS } from './given-rows.js';
import { blockersOf, hasQuestions, isLaneTaken, type LaneBlocker, laneConcern, readLane } from './lane.js';
import type { LogParts } from './log-parts.js';
import type { LogTransaction } from './log-transaction.js';
import { recordNotifications } from './push/record-notifications.js';
import type { TaskHead, TurnRecord } from './records.js';
import { TaskWriter } from './task-writer.js';
import { turnRow } from './turn-row.js';

export interface ClaimOptions {
  readonly turn: number;
  /** The boot that claims the turn. */
  readonly runner: string;
  /** True if Temporal also records the turn. */
  readonly durable: boolean;
  /** The task's fence when it was read. If it has changed since, the claim fails. */
  readonly fence: number;
}

/** The turn must wait: others of its conversation begin before it. */
export interface LaneWait {
  /** Empty: another one has just begun. */
  readonly behind: readonly LaneBlocker[];
}

/** Undefined: since the head was read, the turn was claimed, canceled or ended by another. */
export type ClaimOutcome = { readonly writer: TaskWriter } | LaneWait | undefined;

/** What the turn of a new claim begins with. */
export interface TurnContents {
  /** Without the event of the claim. */
  readonly unchunked: Unchunked;
  readonly turn: Pick<TurnRecord, 'input' | 'checkpoint' | 'pending' | 'run'>;
  /** True if other tasks of the conversation wait for an answer. */
  readonly afterQuestions: boolean;
  /** True if the task has push configurations. */
  readonly pushes: boolean;
}

/** What a claim returns of the task's row. */
interface ClaimedRow extends Omit<ChunkedRow, 'seq'> {
  /** 1: the task has push configurations. */
  readonly push: number;
}

/** A claim that is to be made. */
export interface NewClaim {
  readonly head: TaskHead;
  readonly options: ClaimOptions;
  /** The event with which the turn begins. */
  readonly logged: LoggedEvent;
}

/** Claims a turn that is the next one of its conversation, and reads its input. */
export async function claimTurn(
  parts: LogParts,
  head: TaskHead,
  options: ClaimOptions,
  event: TaskEvent,
): Promise<ClaimOutcome> {
  const claim: NewClaim = { head, options, logged: loggedEvent(event, head.seq + 1) };
  const write: LogWrite<TurnContents | LaneWait | undefined> = async (shared) => {
    const lane = await readLane(shared, head);
    const own = lane.find(({ id }) => id === head.taskId);
    if (own?.fence !== options.fence) return undefined;
    const behind = blockersOf(lane, own);
    if (behind.length > 0) return { behind };
    const row = await writeClaim(parts, shared, claim);
    if (!row) return undefined;
    const [before, turn] = await Promise.all([
      unchunked(shared, { ...row, seq: head.seq }),
      turnRow(shared.kysely, head.taskId),
    ]);
    return { unchunked: before, turn, afterQuestions: hasQuestions(lane, head.taskId), pushes: row.push === 1 };
  };
  const concerns = [taskConcern(head.taskId), laneConcern(head)];
  const outcome = await parts.commits.run(write, TURN, concerns).catch((error: unknown): LaneWait => {
    if (isLaneTaken(error)) return { behind: [] };
    throw error;
  });
  return outcome && ('behind' in outcome ? outcome : { writer: beginClaimed(parts, claim, outcome) });
}

/** Writes a claim of a turn that no other turn goes before. Undefined: the turn was claimed, canceled or ended by another. */
export async function writeClaim(
  { turnReports }: Pick<LogParts, 'turnReports'>,
  shared: LogTransaction,
  { head, options, logged }: NewClaim,
): Promise<ClaimedRow | undefined> {
  const { turn, runner, durable, fence } = options;
  const working = stateColumns(TaskState.TASK_STATE_WORKING, Date.now());
  const claim = { id: head.taskId, turn, fence, seq: head.seq, ...working, runner, durable: durable ? 1 : 0 };
  const [row] = (await shared.ask(CLAIM_TURNS, claim)) as readonly ClaimedRow[];
  if (!row) return undefined;
  shared.append(head.taskId, logged);
  await recordNotifications(shared, head.taskId, [logged], row.push);
  await turnReports.began(shared.kysely, { taskId: head.taskId, turn: options.turn });
  return row;
}

/** Begins a turn whose claim is committed. */
export function beginClaimed(parts: LogParts, { head, options, logged }: NewClaim, contents: TurnContents): TaskWriter {
  contents.unchunked.add(logged.event);
  parts.feed.begin(head.taskId, logged);
  parts.changes.publish(head.taskId, 'turn');
  if (contents.pushes) parts.changes.publish(head.taskId, 'push');
  const record = {
    ...head,
    seq: logged.seq,
    state: TaskState.TASK_STATE_WORKING,
    attempt: head.attempt + 1,
    fence: head.fence + 1,
    runner: options.runner,
    durable: options.durable,
    ...contents.turn,
  };
  return new TaskWriter(parts, record, contents);
}
