import type { FinishReason } from '../../contract/answer-event.js';
import type { EngineErrorCode } from '../../errors/engine-error.js';
import type { ScriptedToolCall, ScriptStep } from '../scripted-model/script-step.js';

/** The wire format between an engine and its model: OpenAI's chat completions or Anthropic's messages. */
export type ModelFormat = 'openai' | 'anthropic';

/** Two tool calls that the engine under test can run. */
export interface EndingTools {
  /** Has no effect, and needs no approval. */
  readonly look: ScriptedToolCall;
  /** Has a visible effect, and needs no approval. Its input has at least 20 characters as JSON, because rows cut it off. */
  readonly act: ScriptedToolCall;
}

/** A correct outcome of a turn. */
export type EndingOutcome =
  | {
      readonly finish: FinishReason;
      /** The whole answer, or a pattern that it matches. Default: anything that is not blank. */
      readonly text?: string | RegExp;
    }
  | { readonly error: EngineErrorCode; readonly retryable: boolean };

/** An unusual reply or ending of a model on the wire, and the correct outcomes of the turn. */
export interface ModelEnding {
  /** What is sent and, if only some servers do so, by which. */
  readonly name: string;
  /** `status`: an HTTP status. Engines that repeat such calls themselves need seconds for these rows. */
  readonly group: 'stop' | 'empty' | 'cut' | 'error' | 'page' | 'status' | 'shape' | 'tool' | 'usage';
  readonly formats: readonly ModelFormat[];
  steps(tools: EndingTools, format: ModelFormat): readonly ScriptStep[];
  /** Each of them is correct. */
  readonly outcomes: readonly EndingOutcome[];
  /** True if `EndingTools.act` must not run. */
  readonly mustNotAct?: boolean;
  /** The sum of the `usage` events, if the engine yields any. */
  readonly usage?: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cachedInputTokens?: number;
    readonly reasoningTokens?: number;
  };
}

export const BOTH: readonly ModelFormat[] = ['openai', 'anthropic'];
export const OPENAI: readonly ModelFormat[] = ['openai'];
export const ANTHROPIC: readonly ModelFormat[] = ['anthropic'];

/** Correct for a failure that may be temporary. */
export const UNAVAILABLE: readonly EndingOutcome[] = [{ error: 'unavailable', retryable: true }];
/** Correct for an answer without text. Whether a retry helps depends on the engine. */
export const EMPTY: readonly EndingOutcome[] = [
  { error: 'empty-answer', retryable: true },
  { error: 'empty-answer', retryable: false },
];

export function finishes(finish: FinishReason, text?: string | RegExp): readonly EndingOutcome[] {
  return [text === undefined ? { finish } : { finish, text }];
}

/** The call with its arguments cut off. */
export function cutCall(call: ScriptedToolCall): ScriptedToolCall {
  const json = JSON.stringify(call.input ?? {});
  return { ...call, raw: json.slice(0, -5) };
}
