import type { FinishReason } from '../../contract/turn-event.js';
import type { EngineErrorCode } from '../../errors/engine-error.js';
import type { ScriptedToolCall, ScriptStep } from '../scripted-model/script-step.js';

/** The wire format that an engine speaks with its model: OpenAI's chat completions, or Anthropic's messages. */
export type ModelFormat = 'openai' | 'anthropic';

/** A tool call that an engine can run in any case, and what it needs for it. */
export interface EndingTools {
  /** Has no effect and needs no approval. */
  readonly look: ScriptedToolCall;
  /**
   * Has an effect that can be seen, and needs no approval in the engine under test. Its input has at least 20 characters as
   * JSON, since rows cut it.
   */
  readonly act: ScriptedToolCall;
}

/** A right ending of a turn. */
export type EndingOutcome =
  | {
      readonly finish: FinishReason;
      /** The whole answer, or a pattern of it. Default: anything that is not blank. */
      readonly text?: string | RegExp;
    }
  | { readonly error: EngineErrorCode; readonly retryable: boolean };

/** One odd reply or ending of a model, as it comes over the wire, and what an engine has to make of it. */
export interface ModelEnding {
  /** Says what comes, and from whom when only some servers do it. */
  readonly name: string;
  /** `status`: the HTTP status tells it. Engines that try such calls again by themselves take seconds for these rows. */
  readonly group: 'stop' | 'empty' | 'cut' | 'error' | 'page' | 'status' | 'shape' | 'tool' | 'usage';
  readonly formats: readonly ModelFormat[];
  steps(tools: EndingTools, format: ModelFormat): readonly ScriptStep[];
  /** Each of them is right. */
  readonly outcomes: readonly EndingOutcome[];
  /** True: `EndingTools.act` must not have been run. */
  readonly mustNotAct?: boolean;
  /** What the `usage` events must add up to, when the engine reports usage. */
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

/** Right for what may pass by itself. */
export const UNAVAILABLE: readonly EndingOutcome[] = [{ error: 'unavailable', retryable: true }];
/** Right for an answer that says nothing: some engines know that asking again helps, others that it does not. */
export const EMPTY: readonly EndingOutcome[] = [
  { error: 'empty-answer', retryable: true },
  { error: 'empty-answer', retryable: false },
];

export function finishes(finish: FinishReason, text?: string | RegExp): readonly EndingOutcome[] {
  return [text === undefined ? { finish } : { finish, text }];
}

/** A call whose arguments end in the middle. */
export function cutCall(call: ScriptedToolCall): ScriptedToolCall {
  const json = JSON.stringify(call.input ?? {});
  return { ...call, raw: json.slice(0, -5) };
}
