import { EngineError, type FinishReason, readStopWord, type TurnEvent, type UsageEvent } from '@molecule/adapters';
import { runError, runMessage } from '../../api/api-error.js';
import type { Run } from '../../api/runs.js';
import { type RunEnd, tokensIn } from '../record/run-notes.js';
import { modelFailure } from './model-failure.js';

/** The answer of a run, and why it ended. */
export interface Outcome {
  /** Empty: the answer is what was streamed. */
  readonly text: string;
  readonly reason: FinishReason;
}

/** Texts that Hermes puts in place of an answer. For a Hermes without the plugin they are the only sign of a failure. */
const NO_REPLY = '\u26a0\ufe0f No reply: ';
const NO_SUMMARY = /^I reached the (?:maximum )?(?:tool-calling )?iteration limit.*couldn't (?:generate a )?summar/i;
const BLOCKED = /^content_policy_blocked: ?/;
const DECLINED = 'model declined (content_filter)';

/**
 * The outcome of an ended run. Hermes reports `completed` also for an answer that was cut off or is missing, with a text of its own,
 * which is not an answer.
 *
 * @throws {EngineError} if there is no answer
 */
export function outcomeOf(run: Run, end: RunEnd | undefined): Outcome {
  if (run.status === 'cancelled' || end?.interrupted) {
    throw new EngineError('engine-died', 'Hermes was stopped from outside in the middle of the turn.');
  }
  const output = (run.output ?? '').toWellFormed();
  const why = (end?.error ?? run.error ?? '').toWellFormed();
  if (BLOCKED.test(why)) return blocked(why.replace(BLOCKED, ''), end);
  if (run.status === 'failed') {
    if (/truncated due to output length/i.test(why)) return { text: '', reason: 'length' };
    throw failed(why || 'no reason given', end);
  }
  if (end?.partial) return partial(output, why, end);
  const exit = end?.turn_exit_reason ?? exitIn(output);
  const text = (output.split(NO_REPLY, 1)[0] ?? '').trim();
  return atExit(exit, text === '(empty)' ? '' : text, output, end);
}

/** Sent in place of an empty answer, so that the caller sees the reason. */
export const UNSAID: Readonly<Record<FinishReason, string>> = {
  stop: '',
  length: 'The answer was cut by a token limit before its first word.',
  'content-filter': "The model's provider withheld the answer.",
  refusal: 'The model refused to answer.',
  'tool-limit': '',
};

/** The use of tokens: of all model calls when our plugin has counted them, else as Hermes counts. */
export function* usageOf(run: Run, end: RunEnd | undefined): Generator<TurnEvent> {
  if (end && end.calls > 0) {
    const { input, output, cached, reasoning } = end.usage;
    if (input + output === 0) return; // The provider gives no reason.
    const usage: UsageEvent = { type: 'usage', inputTokens: input, outputTokens: output };
    yield {
      ...usage,
      ...(cached > 0 && { cachedInputTokens: cached }),
      ...(reasoning > 0 && { reasoningTokens: reasoning }),
    };
  } else if (run.usage) {
    const [inputTokens, outputTokens] = [tokensIn(run.usage.input_tokens), tokensIn(run.usage.output_tokens)];
    yield { type: 'usage', inputTokens, outputTokens };
  }
}

function failed(why: string, end: RunEnd | undefined): EngineError {
  if (end?.broken) return brokenOff();
  if (end?.failure) return modelFailure(end.failure, runMessage(why));
  // The model had announced tool calls and made none.
  if (/^Invalid API response/.test(why) && /^tool_(use|calls)$/.test(end?.stop ?? '')) return empty();
  return runError(why);
}

function blocked(detail: string, end: RunEnd | undefined): Outcome {
  const isRefusal = end?.refused || end?.stop === 'refusal';
  return { text: detail === DECLINED ? '' : detail, reason: isRefusal ? 'refusal' : 'content-filter' };
}

/** Hermes gave up in the middle of an answer. */
function partial(output: string, why: string, end: RunEnd): Outcome {
  if (end.broken || /dropped mid tool-call|network/i.test(why)) throw brokenOff();
  // Here the text is the model's own, pieced together; else it is Hermes' word for the failure.
  if (/remained truncated/i.test(why)) return { text: output, reason: 'length' };
  if (/truncated|output tokens/i.test(why)) return { text: '', reason: 'length' };
  throw new EngineError('internal', `Hermes could not use what the model answered: ${why || 'no reason given'}`);
}

function atExit(exit: string, text: string, output: string, end: RunEnd | undefined): Outcome {
  if (exit.startsWith('max_iterations_reached') || exit === 'budget_exhausted') {
    // Each continuation of a cut answer is a step, too.
    if (text !== '' && !NO_SUMMARY.test(text)) return { text, reason: wasCut(end) ? 'length' : 'tool-limit' };
    throw new EngineError('too-many-steps', 'The agent reached its bound of steps (max_steps) without an answer.');
  }
  if (exit === 'guardrail_halt') {
    throw new EngineError('too-many-steps', 'Hermes stopped the agent, which called the same tool again and again.');
  }
  if (exit === 'partial_stream_recovery' || end?.broken) throw brokenOff();
  if (exit.startsWith('interrupted'))
    throw new EngineError('engine-died', 'Hermes was stopped in the middle of the turn.');
  if (exit === 'all_retries_exhausted_no_response') throw new EngineError('unavailable', 'The model gave no answer.');
  if (exit === 'ollama_runtime_context_too_small') {
    throw new EngineError('context-overflow', 'The context of the model is too small for this conversation.');
  }
  if (/^(local_processing_error|error_near_max_iterations)/.test(exit)) throw runError(text || output);
  if (text === '' || exit === 'empty_response_exhausted' || exit === 'fallback_prior_turn_content') throw empty();
  const meaning = readStopWord(end?.stop) ?? 'stop';
  if (meaning === 'fault') throw new EngineError('unavailable', `The model stopped in the middle ("${end?.stop}").`);
  if (meaning === 'overloaded') throw new EngineError('overloaded', "The model's provider is overloaded.");
  // Hermes takes the text before tool calls that never arrived for the answer.
  if (meaning === 'tool-calls') throw empty();
  return { text, reason: meaning };
}

function wasCut(end: RunEnd | undefined): boolean {
  return readStopWord(end?.stop) === 'length';
}

/** What Hermes' own words say about the end. */
function exitIn(output: string): string {
  const begin = output.indexOf(NO_REPLY);
  const words = begin === -1 ? '' : output.slice(begin);
  if (/maximum tool-iteration limit|iteration\/cost budget/.test(words) || NO_SUMMARY.test(output))
    return 'budget_exhausted';
  if (/streaming stopped early/.test(words)) return 'partial_stream_recovery';
  if (/retries were exhausted/.test(words)) return 'all_retries_exhausted_no_response';
  if (/interrupted mid-call/.test(words)) return 'interrupted_during_api_call';
  if (/context window was too small/.test(words)) return 'ollama_runtime_context_too_small';
  return words === '' ? '' : 'empty_response_exhausted';
}

function brokenOff(): EngineError {
  return new EngineError('unavailable', 'The answer of the model broke off.');
}

function empty(): EngineError {
  return new EngineError('empty-answer', 'The model gave an empty answer.');
}
