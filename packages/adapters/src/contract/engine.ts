import type { Turn, TurnControls } from './turn.js';
import type { TurnEvent } from './turn-event.js';

/** Whether an engine could take a turn now, for `molecule doctor` and `GET /readyz`. */
export interface EngineHealth {
  readonly ok: boolean;
  /** One line: what was looked at, and what to do when it is not well. */
  readonly detail: string;
}

/** Which part of a transcript is wanted. */
export interface TranscriptRange {
  readonly contextId: string;
  /** Entries after this position; 0 is the beginning. */
  readonly since: number;
  /** At most so many entries. */
  readonly limit: number;
}

/** A piece of what an engine keeps of a conversation. */
export interface TranscriptPage {
  readonly entries: readonly TranscriptEntry[];
  /** Pass it as `since` to get what follows. */
  readonly next: number;
  /** True when more follows now. */
  readonly more: boolean;
}

/** One message of a transcript. */
export interface TranscriptEntry {
  readonly role: string;
  readonly text: string;
  /** ISO 8601, when the engine keeps it. */
  readonly at?: string;
}

/** Work of a context that no turn will go on with. */
export interface AbandonedWork {
  readonly taskId: string;
  readonly contextId: string;
  /** The message that began the turn which was given up. */
  readonly messageId: string;
  /** `requestId` of the `input-required` that nobody will answer; absent when the turn did not wait for an answer. */
  readonly requestId?: string;
  /**
   * `canceled`: the task was canceled. `ended`: the task reached another terminal state without an answer. `withdrawn`: a
   * newer message of the same context took the question back.
   */
  readonly reason: 'canceled' | 'ended' | 'withdrawn';
}

/**
 * A running engine. It serves one workspace, and many contexts at once; the runner never asks for two turns of one
 * context at the same time.
 */
export interface AgentEngine {
  /**
   * Runs one turn and tells what happens. Yields exactly one `finish` or `input-required` as its last event, or throws
   * {@link EngineError}. Yields nothing after `controls.signal` is aborted. The runner always reads it to its end or
   * calls `return()`, so a `finally` block in a generator is the place to clean up.
   */
  runTurn(turn: Turn, controls: TurnControls): AsyncIterable<TurnEvent>;
  /**
   * Releases what the engine still holds for a turn that waits or was cut short and that no further turn will continue: a
   * run that waits for an approval, a slot, a child process. Called at least once, never while a turn of the task runs;
   * possibly in another process than the one that ran the turn, so the engine finds the work by its own records. A
   * rejection is logged. An engine that holds nothing leaves it out.
   */
  abandon?(work: AbandonedWork): Promise<void>;
  /** What the engine remembers of a conversation. An engine that keeps nothing leaves it out. */
  transcript?(range: TranscriptRange): Promise<TranscriptPage>;
  /** A cheap look, within 5 seconds, that costs no tokens. Left out: taken to be well once it was made. */
  check?(): Promise<EngineHealth>;
  /** Ends the engine's processes and closes its files. Called once, after the last turn has ended. */
  [Symbol.asyncDispose]?(): Promise<void>;
}
