import { isObject } from '../../../support/is-object.js';
import { USAGE_KEY } from '../../../tasks/events/outcome-metadata.js';
import type { Json } from '../../sdk/json.js';

/**
 * A plain reply with its usage where a platform reads it: `result.usage`, which no type of A2A has. Source: `parseUsageFromA2AResponse` of its
 * `a2a_proxy_helpers.go`.
 */
export function withPlatformUsage(answer: Json): Json {
  const result = answer['result'];
  const metadata = isObject(result) && result['kind'] === 'message' ? result['metadata'] : undefined;
  const usage = isObject(metadata) ? metadata[USAGE_KEY] : undefined;
  if (!isObject(result) || !isObject(usage)) return answer;
  const { inputTokens: input_tokens = 0, outputTokens: output_tokens = 0 } = usage;
  return { ...answer, result: { ...result, usage: { input_tokens, output_tokens } } };
}
