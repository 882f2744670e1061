import type { ArtifactEvent, DataEvent, FileEvent, FinishEvent, ResetEvent, TextDeltaEvent } from './answer-event.js';
import type { AuthRequiredEvent, RejectEvent } from './ending-event.js';
import type { InputRequiredEvent } from './input-request.js';
import type { JsonValue } from './json.js';

/**
 * The engine cannot begin yet, for example because all of its processes are busy. The time until the next event does not count for the
 * turn's timeouts. Not needed if the engine begins every turn at once.
 */
export interface WaitingEvent {
  readonly type: 'waiting';
  /** For the client: what the engine waits for, in a few words. */
  readonly reason?: string;
}

/**
 * The engine has begun the turn. If only `waiting` events came before, the turn's time counts from here, otherwise from the call of
 * `runTurn`.
 */
export interface StartedEvent {
  readonly type: 'started';
  /** The engine's own id of the session, run or thread, for the log. */
  readonly reference?: string;
}

/** The next piece of the model's reasoning. It is never part of the answer. */
export interface ReasoningDeltaEvent {
  readonly type: 'reasoning-delta';
  readonly text: string;
}

/**
 * A line for people about what the agent does now. Clients read it as the message of a `working` status; the next status takes its place, and
 * the history of the task does not keep it.
 */
export interface StatusEvent {
  readonly type: 'status';
  readonly text: string;
}

/** The engine calls a tool. A `tool-result` with the same id must follow before `finish`. */
export interface ToolCallEvent {
  readonly type: 'tool-call';
  /** Unique in the turn. */
  readonly id: string;
  readonly name: string;
  readonly input: JsonValue;
}

/** The progress of a running tool. */
export interface ToolProgressEvent {
  readonly type: 'tool-progress';
  /** Id of the `tool-call`. */
  readonly id: string;
  /** For the client. */
  readonly message: string;
}

/** A tool has ended. */
export interface ToolResultEvent {
  readonly type: 'tool-result';
  /** Id of the `tool-call`. */
  readonly id: string;
  /** False if the tool failed. */
  readonly ok: boolean;
  /** What the model reads, also of a tool that failed. */
  readonly output?: JsonValue;
}

/** The engine repeats a model call. The text so far remains valid; a {@link ResetEvent} voids it. */
export interface RetryEvent {
  readonly type: 'retry';
  /** The code of an `EngineError`, for example `rate-limit`. */
  readonly reason: string;
  /** Milliseconds until the next call. */
  readonly delayMs?: number;
}

/** What the turn used since its last `usage` event. The runtime adds them up. */
export interface UsageEvent {
  readonly type: 'usage';
  /** All tokens that the model read, those of the provider's cache included. */
  readonly inputTokens: number;
  /** All tokens that the model wrote, those of its reasoning included. */
  readonly outputTokens: number;
  /** The part of `inputTokens` that came from the provider's cache; absent if unknown. */
  readonly cachedInputTokens?: number;
  /** The part of `outputTokens` that was reasoning; absent if unknown. */
  readonly reasoningTokens?: number;
  /** US dollars; absent if unknown. */
  readonly costUsd?: number;
  /** The model's name, as its server gives it. */
  readonly model?: string;
}

/** The last event of a turn. */
export type TurnEnd = FinishEvent | InputRequiredEvent | AuthRequiredEvent | RejectEvent;

/**
 * What an engine yields during a turn. A turn ends with exactly one {@link TurnEnd}, or with a thrown `EngineError`. After
 * that, and after an abort, nothing may follow. The runtime checks each event; one that breaks these types fails the task with
 * `ADAPTER_CONTRACT_BROKEN`.
 */
export type TurnEvent =
  | WaitingEvent
  | StartedEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | StatusEvent
  | ToolCallEvent
  | ToolProgressEvent
  | ToolResultEvent
  | FileEvent
  | DataEvent
  | ArtifactEvent
  | RetryEvent
  | UsageEvent
  | ResetEvent
  | TurnEnd;

const ENDS: ReadonlySet<TurnEvent['type']> = new Set<TurnEnd['type']>([
  'finish',
  'input-required',
  'auth-required',
  'reject',
]);

/** True for the last event of a turn. */
export function endsTurn(event: TurnEvent): event is TurnEnd {
  return ENDS.has(event.type);
}
