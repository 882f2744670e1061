import type { JsonValue } from './json.js';
import type { Part } from './part.js';

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

/** The next piece of the answer. */
export interface TextDeltaEvent {
  readonly type: 'text-delta';
  readonly text: string;
}

/** The next piece of the model's reasoning. It is never part of the answer. */
export interface ReasoningDeltaEvent {
  readonly type: 'reasoning-delta';
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

/** A file that the engine made for the client. It becomes an artifact of the task. */
export interface FileEvent {
  readonly type: 'file';
  readonly file: Extract<Part, { kind: 'file' }>;
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

/** One of the answers that an `input-required` event offers. Its `id` is unique in the event. */
export interface InputChoice {
  readonly id: string;
  readonly label: string;
}

/**
 * The turn ends, and the task waits for a person's answer. The answer comes as an {@link AnswerTurn} with the same `requestId`, perhaps
 * days later and in another process, so the engine stores what it needs to continue. If no answer comes, `AgentEngine.abandon` is
 * called.
 */
export interface InputRequiredEvent {
  readonly type: 'input-required';
  /** Chosen by the engine; the answer names it. */
  readonly requestId: string;
  /** `approval`: the person allows or refuses something. `question`: the person gives information. */
  readonly request: 'approval' | 'question';
  /** For the person. */
  readonly prompt: string;
  /** Answers to choose from; the person may also write another text. */
  readonly choices?: readonly InputChoice[];
  /** For an approval: the tool call that waits for it. */
  readonly tool?: { readonly name: string; readonly input: JsonValue };
}

/** Voids all `text-delta` events of the turn so far; the answer begins again. */
export interface ResetEvent {
  readonly type: 'reset';
}

/**
 * Why the model's answer ended:
 *
 * - `stop`: it is complete;
 * - `length`: it reached a token limit;
 * - `content-filter`: the provider withheld all or part of it;
 * - `refusal`: the model refused;
 * - `tool-limit`: the agent reached its limit of tool calls or steps, and answered with what it had.
 */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'refusal' | 'tool-limit';

/** The turn ends with an answer. */
export interface FinishEvent {
  readonly type: 'finish';
  /** The whole answer; it must begin with the joined deltas. Default: the joined deltas since the last `reset`. */
  readonly text?: string;
  /**
   * Why the answer ended; default `stop`. Clients read it as `molecule.finishReason` in the metadata of the task's last status. If the
   * model's stream broke off or failed, throw an `EngineError` instead of yielding `finish`.
   */
  readonly reason?: FinishReason;
}

/**
 * What an engine yields during a turn. A turn ends with exactly one `finish` or `input-required`, or with a thrown `EngineError`. After
 * that, and after an abort, nothing may follow. The runtime checks each event; one that breaks these types fails the task with
 * `ADAPTER_CONTRACT_BROKEN`.
 */
export type TurnEvent =
  | WaitingEvent
  | StartedEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallEvent
  | ToolProgressEvent
  | ToolResultEvent
  | FileEvent
  | RetryEvent
  | UsageEvent
  | InputRequiredEvent
  | ResetEvent
  | FinishEvent;
