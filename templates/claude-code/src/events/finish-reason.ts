import type { SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import { EngineError, type FinishReason, readStopWord } from '@molecule/adapters';

/** The model's words for an answer that a limit has cut. */
const CUT_SHORT: readonly unknown[] = ['max_tokens', 'model_context_window_exceeded'];

/** True for the stop reason of an answer that a limit has cut. Claude Code asks the model to continue such an answer. */
export function isCutShort(stopReason: unknown): boolean {
  return CUT_SHORT.includes(stopReason);
}

/**
 * Why the turn's answer ended; undefined if there is no answer. Claude Code reports a repeated limit and a refusal as errors; but the
 * model has answered, and would answer the same again.
 *
 * @throws {EngineError} if the stop reason shows that the answer is incomplete
 */
export function finishReason(result: SDKResultMessage, lastStop: string | undefined): FinishReason | undefined {
  if (result.subtype !== 'success') return undefined;
  if (result.stop_reason === 'refusal') return 'refusal';
  const { api_error: apiError } = result as { readonly api_error?: string };
  if (apiError === 'max_output_tokens' || isCutShort(result.stop_reason)) return 'length';
  // A server that is cut off may still have sent valid JSON, but nothing confirms that it is complete.
  if (result.is_error || result.stop_reason === null) return undefined;
  const meaning = readStopWord(lastStop ?? result.stop_reason) ?? 'stop';
  if (meaning === 'fault') throw new EngineError('unavailable', 'The model broke off its answer.');
  if (meaning === 'overloaded') throw new EngineError('overloaded', "The model's provider is overloaded.");
  // Claude Code has asked again when the calls did not come.
  return meaning === 'tool-calls' ? 'stop' : meaning;
}

/** The text that replaces an empty answer, for the person who reads it; undefined if the reason explains nothing. */
export function wordsFor(reason: FinishReason): string | undefined {
  if (reason === 'length') return 'The model reached its output limit before it had said anything.';
  if (reason === 'content-filter') return "The provider's content filter withheld the answer.";
  return reason === 'refusal' ? 'The model refused to answer.' : undefined;
}
