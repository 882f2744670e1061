import { EngineError, type FinishReason } from '@molecule/adapters';

/** The words of many servers, in lower case. What is not here is a complete answer. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  content_filter: 'content-filter',
  content_filtered: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
  blocklist: 'content-filter',
  prohibited_content: 'content-filter',
  // GLM's.
  sensitive: 'content-filter',
  refusal: 'refusal',
};

/** Words for a fault of the server's, which stand where the reason should: OpenRouter's, vLLM's, GLM's. */
const FAULTS: readonly string[] = [
  'error',
  'abort',
  'aborted',
  'cancelled',
  'network_error',
  'malformed_function_call',
];

/** Why an answer ended, by the provider's own word. @throws EngineError when the word names a fault. */
export function toFinishReason(word: string, provider: string): FinishReason {
  const lower = word.toLowerCase();
  if (FAULTS.includes(lower)) throw new EngineError('unavailable', `${provider} broke off its answer ("${word}").`);
  // DeepSeek's.
  if (lower === 'insufficient_system_resource') throw new EngineError('overloaded', `${provider} is overloaded.`);
  return REASONS[lower] ?? 'stop';
}
