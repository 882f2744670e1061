import type { TurnControls } from './controls.js';
import type { Turn } from './turn.js';
import type { TurnEnd, TurnEvent } from './turn-event.js';

/** Whether an engine could run a turn now. Shown by `molecule doctor` and `GET /readyz`. */
export interface EngineHealth {
  readonly ok: boolean;
  /** One line: what was checked and, if `ok` is false, what to do. */
  readonly detail: string;
}

/** A page of a transcript, as it is requested. */
export interface TranscriptRange {
  readonly contextId: string;
  /** Position after which the page begins: 0, or `next` of the page before. */
  readonly since: number;
  /** The largest number of entries. */
  readonly limit: number;
}

/** A page of what an engine stores of a conversation. */
export interface TranscriptPage {
  readonly entries: readonly TranscriptEntry[];
  /** `since` of the page that follows. */
  readonly next: number;
  /** True if entries follow now. */
  readonly more: boolean;
}

/** One message of a transcript. */
export interface TranscriptEntry {
  /** As the engine names it, for example `user` or `assistant`. */
  readonly role: string;
  readonly text: string;
  /** ISO 8601; absent if the engine does not store it. */
  readonly at?: string;
}

/** Work that the engine still holds for a task, and that no turn will continue. */
export interface AbandonedWork {
  readonly taskId: string;
  readonly contextId: string;
  /** The message of the abandoned turn. */
  readonly messageId: string;
  /** `requestId` of the event that gets no answer, the first if there are several; absent if the turn did not wait for an answer. */
  readonly requestId?: string;
  /** The ids of all requests that get no answer, if there are several. */
  readonly requestIds?: readonly string[];
  /**
   * - `canceled`: the task was canceled;
   * - `ended`: the task reached another terminal state without an answer;
   * - `withdrawn`: a newer message of the same context withdrew the question.
   */
  readonly reason: 'canceled' | 'ended' | 'withdrawn';
}

/**
 * A running engine. It serves one workspace. Turns of different contexts run at the same time; turns of one context run one after the
 * other.
 */
export interface AgentEngine {
  /**
   * Runs one attempt of a turn, and yields what happens. The last event is the only {@link TurnEnd}. After
   * `controls.signal` is aborted, it yields nothing and ends within 2 seconds, normally or with `canceled`. The runtime reads the
   * iterable to its end or calls `return()`, so a generator cleans up in a `finally` block.
   *
   * @throws {EngineError} if the turn fails; anything else that is thrown counts as `internal`
   */
  runTurn(turn: Turn, controls: TurnControls): AsyncIterable<TurnEvent>;
  /**
   * Releases what the engine holds for a turn that waits or was interrupted, and that no turn will continue: a run that waits for an
   * approval, a slot, a child process. Called at least once, and never while a turn of the task runs. It may be called in another
   * process than the one that ran the turn, so the engine finds the work in its own records. A rejection is logged. Leave it out if the
   * engine holds nothing between turns.
   */
  abandon?(work: AbandonedWork): Promise<void>;
  /**
   * Deletes everything that the engine stores of a conversation: its messages, its checkpoints, its records of turns. Afterwards the
   * transcript is empty, and the next turn of the context begins a new conversation. Does nothing for a context of which nothing is
   * stored. Called when the last task of the context has been deleted, and never while a turn of the context runs or waits. It may be
   * called in another process than the one that ran the turns, and more than once. A rejection is logged, and the call is made again
   * later. What is in the engine store (`AdapterContext.store`) is deleted by the runtime afterwards. Leave it out if the engine stores
   * nothing else.
   */
  forget?(contextId: string): Promise<void>;
  /** Reads what the engine stores of a conversation; a new context has no entries. Leave it out if the engine stores nothing. */
  transcript?(range: TranscriptRange): Promise<TranscriptPage>;
  /** Checks the engine within 5 seconds, without using tokens. Default: an engine counts as healthy once it was created. */
  check?(): Promise<EngineHealth>;
  /** Ends the engine's processes and closes its files. Called once, after the last turn has ended. */
  [Symbol.asyncDispose]?(): Promise<void>;
}
