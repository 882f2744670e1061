import type { JsonValue } from './json.js';
import type { Part } from './part.js';

/**
 * The engine cannot begin yet: it waits for a place of its own, such as one of a bounded number of processes. Until the next
 * event no time of the turn is counted. Left out by an engine that begins every turn at once.
 */
export interface WaitingEvent {
  readonly type: 'waiting';
  /** For the caller: what it waits for, in a few words. */
  readonly reason?: string;
}

/**
 * The engine has really begun the turn; its time counts from here when nothing but `waiting` came before, and otherwise from
 * the call of `runTurn`. `reference` is the engine's own name for the session, run or thread.
 */
export interface StartedEvent {
  readonly type: 'started';
  readonly reference?: string;
}

/** More of the answer. */
export interface TextDeltaEvent {
  readonly type: 'text-delta';
  readonly text: string;
}

/** More of the model's thoughts. They are never part of the answer. */
export interface ReasoningDeltaEvent {
  readonly type: 'reasoning-delta';
  readonly text: string;
}

/** The engine calls a tool. */
export interface ToolCallEvent {
  readonly type: 'tool-call';
  /** Unique in the turn; `tool-progress` and `tool-result` repeat it. */
  readonly id: string;
  readonly name: string;
  readonly input: JsonValue;
}

/** A running tool says how far it is. */
export interface ToolProgressEvent {
  readonly type: 'tool-progress';
  readonly id: string;
  readonly message: string;
}

/** A tool has ended. */
export interface ToolResultEvent {
  readonly type: 'tool-result';
  readonly id: string;
  /** False when the tool failed; the model reads `output` all the same. */
  readonly ok: boolean;
  readonly output?: JsonValue;
}

/** The engine made a file for the caller. */
export interface FileEvent {
  readonly type: 'file';
  readonly file: Extract<Part, { kind: 'file' }>;
}

/** The engine itself tries a model call again; the text so far stands. */
export interface RetryEvent {
  readonly type: 'retry';
  /** An engine error code, for example `rate-limit`. */
  readonly reason: string;
  /** Milliseconds until it tries again. */
  readonly delayMs?: number;
}

/** What the turn has used since the last `usage` event; several of these add up. */
export interface UsageEvent {
  readonly type: 'usage';
  /** All tokens that the model read, cached ones included. */
  readonly inputTokens: number;
  /** All tokens that the model wrote, reasoning included. */
  readonly outputTokens: number;
  /** Of `inputTokens`: read from the provider's cache, when the engine knows. */
  readonly cachedInputTokens?: number;
  /** Of `outputTokens`: spent on reasoning, when the engine knows. */
  readonly reasoningTokens?: number;
  /** US dollars, when the engine knows. */
  readonly costUsd?: number;
  /** The model that answered, as it calls itself. */
  readonly model?: string;
}

/** One of the answers that an `input-required` offers. */
export interface InputChoice {
  readonly id: string;
  readonly label: string;
}

/**
 * The turn ends here until a person answers; nothing is held in memory meanwhile. The answer comes as a turn of kind
 * `answer` with the same `requestId`, perhaps days later and in another process.
 */
export interface InputRequiredEvent {
  readonly type: 'input-required';
  readonly requestId: string;
  /** `approval`: may I do this? `question`: tell me something. */
  readonly request: 'approval' | 'question';
  /** For the person. */
  readonly prompt: string;
  readonly choices?: readonly InputChoice[];
  /** The tool that wants approval, and its input. */
  readonly tool?: { readonly name: string; readonly input: JsonValue };
}

/** All text of this turn that was streamed so far is void; the deltas begin anew. */
export interface ResetEvent {
  readonly type: 'reset';
}

/**
 * Why the model's answer ended:
 *
 * - `stop`: it was complete;
 * - `length`: a token limit cut it;
 * - `content-filter`: the provider withheld some or all of it;
 * - `refusal`: the model refused;
 * - `tool-limit`: the agent reached its bound of tool calls or steps, and answered with what it had.
 */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'refusal' | 'tool-limit';

/** The turn is over. */
export interface FinishEvent {
  readonly type: 'finish';
  /** The answer. It wins over the joined deltas; absent, the joined deltas are the answer. */
  readonly text?: string;
  /**
   * Why the answer ended; default `stop`. Callers read it as `molecule.finishReason` in the metadata of the task's last
   * status. An end that is none (a stream that broke off, an error in its middle) is a throw, never a `finish`.
   */
  readonly reason?: FinishReason;
}

/**
 * What an engine tells while it runs a turn. Exactly one `finish` or `input-required` ends a turn, or a throw
 * (`EngineError`); after it, and after an abort, nothing follows.
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
