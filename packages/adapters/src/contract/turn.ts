import type { JsonObject, JsonValue } from './json.js';
import type { Part } from './part.js';

/** One entry of an earlier conversation; the role is `human` or `ai`. */
export type HistoryEntry = readonly [role: string, content: string];

/** What every turn carries. */
export interface TurnIdentity {
  /** The A2A task. Several turns of one task share it (a question, then its answer). */
  readonly taskId: string;
  /** The A2A context: the conversation. Engines key their session or thread by it. One turn at a time per context. */
  readonly contextId: string;
  /**
   * The message that began the turn. A retried turn keeps it, so an engine that stores it with its own record of the
   * turn can tell "this very turn, half finished" from "an earlier turn, finished".
   */
  readonly messageId: string;
  /** What the caller said besides the message: the message's own metadata, and below it that of the request. */
  readonly metadata: JsonObject;
  /** 1 for the first time that this turn runs, 2 after one crash or retry, and so on. */
  readonly attempt: number;
  /**
   * The last state that this task saved by {@link TurnControls.checkpoint}, in this or an earlier turn or attempt.
   * Absent when none was saved.
   */
  readonly checkpoint?: JsonValue;
}

/** A new message. */
export interface MessageTurn extends TurnIdentity {
  readonly kind: 'message';
  /** The text parts, joined by a line feed. */
  readonly text: string;
  /** The whole message, files and data included. */
  readonly parts: readonly Part[];
  /**
   * Earlier messages that the *caller* sent along, in the first of these places that has any: the message's
   * `metadata.history`, its `history`, the request's `metadata.history`, its `history`. Empty when it sent none. The engine's own
   * memory of the context is the engine's to keep.
   */
  readonly history: readonly HistoryEntry[];
}

/** The answer to an `input-required` of the same task. */
export interface AnswerTurn extends TurnIdentity {
  readonly kind: 'answer';
  /** `requestId` of the `input-required` event. */
  readonly requestId: string;
  /** The answer's text. */
  readonly text: string;
  /** `id` of the choice that the answer names, when the request offered choices and the answer matches one. */
  readonly choice?: string;
  /** The whole answer, data parts included. */
  readonly parts: readonly Part[];
}

/**
 * Go on with a turn that a crash, a restart or a retry cut short. The engine resumes from its own store or from
 * `checkpoint`. When it finds the turn finished there, it yields the finished text. When it finds nothing of *this*
 * turn, it throws `EngineError` with code `nothing-to-continue`, and the runner asks again with `original`.
 */
export interface ContinueTurn extends TurnIdentity {
  readonly kind: 'continue';
  readonly original: MessageTurn | AnswerTurn;
}

/** What an engine is asked to do. */
export type Turn = MessageTurn | AnswerTurn | ContinueTurn;

/** Why `TurnControls.signal` was aborted; it is the signal's `reason`. */
export interface AbortReason {
  readonly code: 'canceled' | 'deadline' | 'shutdown' | 'superseded';
  readonly message: string;
}

/** How the runner steers a turn. */
export interface TurnControls {
  /**
   * Aborted on cancel, at the deadline, when the process stops, or when another process has taken the turn over; its
   * `reason` is an {@link AbortReason}. The engine stops its work and its child processes, and yields nothing more.
   */
  readonly signal: AbortSignal;
  /**
   * Saves a small JSON state (at most 64 KiB) that the next attempt gets as `turn.checkpoint`. Returns at once; the
   * state is durable soon after. The last one wins. Throws `EngineError` `invalid-request` when it is too large.
   */
  checkpoint(state: JsonValue): void;
}
