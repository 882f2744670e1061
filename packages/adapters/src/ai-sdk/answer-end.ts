import type { FinishReason } from '../contract/answer-event.js';
import { EngineError } from '../errors/engine-error.js';
import { readStopWord, type StopMeaning } from '../model/stop-word.js';

/** `LanguageModelV4FinishReason`: what the AI SDK makes of the provider's word, and the word. */
export interface ModelFinishReason {
  readonly unified: string;
  readonly raw?: string | undefined;
}

/** The result of `streamText`. */
interface EndedResult {
  readonly finishReason: PromiseLike<string>;
  readonly rawFinishReason: PromiseLike<string | undefined>;
}

/** Why the answer of `streamText` ended: `tool-calls` if the model had more calls to make. */
export async function answerEnd({ finishReason, rawFinishReason }: EndedResult): Promise<FinishReason | 'tool-calls'> {
  return endOf({ unified: await finishReason, raw: await rawFinishReason });
}

/**
 * The data of `streamText` with an `output`.
 *
 * @throws {EngineError} `invalid-request` if the model gave none that the AI SDK can read
 */
export async function answerData<Data>({ output }: { readonly output: PromiseLike<Data> }): Promise<Data> {
  try {
    return await output;
  } catch (cause) {
    throw new EngineError('invalid-request', 'The model gave no data of the wanted form.', { cause });
  }
}

/** A part of a stream or of a whole answer, with the text that it has. */
interface AnswerPart {
  readonly type: string;
  readonly delta?: string;
  readonly text?: string;
}

/**
 * Checks that an answer is one: it has words or a file, or it calls tools.
 *
 * @returns the text for the client if the answer has none of it and there is a reason; otherwise undefined
 * @throws {EngineError} as `endOf`; `empty-answer` if there is no reason
 */
export function insteadOfAnswer(parts: readonly AnswerPart[], reason: ModelFinishReason): string | undefined {
  const end = endOf(reason);
  const goesOn = (end === 'stop' || end === 'tool-calls') && parts.some(({ type }) => type === 'tool-call');
  if (goesOn || (end !== 'tool-calls' && parts.some(hasAnswer))) return undefined;
  if (end === 'refusal') return 'The model refused to answer.';
  if (end === 'content-filter') return "The provider's content filter withheld the answer.";
  if (end === 'length') return 'The model reached its limit of output tokens before it said anything.';
  throw new EngineError('empty-answer', 'The model ended its answer without a word.', { retryable: true });
}

function hasAnswer({ type, delta = '', text = delta }: AnswerPart): boolean {
  return type === 'file' || ((type === 'text' || type === 'text-delta') && text.trim() !== '');
}

/**
 * Why an answer ended. The AI SDK knows the words of the providers that it has packages for, and this table those of many servers.
 *
 * @throws {EngineError} `overloaded` or `unavailable` if the word says that the answer is not whole
 */
function endOf({ unified, raw }: ModelFinishReason): FinishReason | 'tool-calls' {
  const end = meaningOf(unified, raw);
  if (end === 'overloaded') throw new EngineError(end, 'The provider of the model is overloaded.');
  if (end === 'fault') throw new EngineError('unavailable', `The model broke off its answer (${raw ?? unified}).`);
  return end;
}

function meaningOf(unified: string, raw: string | undefined): StopMeaning {
  if (unified === 'error' || unified === 'interrupted')
    return readStopWord(raw) === 'overloaded' ? 'overloaded' : 'fault';
  if (unified === 'length' || unified === 'tool-calls') return unified;
  const meaning = readStopWord(raw) ?? 'stop';
  return meaning === 'stop' && unified === 'content-filter' ? unified : meaning;
}
