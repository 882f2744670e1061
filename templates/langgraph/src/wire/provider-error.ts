import { EngineError, type EngineErrorOptions } from '@molecule/adapters';
import { firstLine } from '../errors.js';
import { isRecord } from './json.js';

type Known = readonly [pattern: RegExp, code: EngineError['code'], says: string, options?: EngineErrorOptions];

/** By the type, the code and the words of the error, the first that fits. */
const KNOWN: readonly Known[] = [
  [
    /context_length|context length|prompt is too long|context window|too many input tokens/,
    'context-overflow',
    'says that the conversation no longer fits the model',
  ],
  [
    /insufficient_quota|insufficient credits|billing|exceeded your current quota|insufficient balance/,
    'rate-limit',
    'says that the quota is used up',
    { retryable: false },
  ],
  [/rate_?limit|rate limit|too_many_requests/, 'rate-limit', 'limits the rate of calls'],
  [/overloaded/, 'overloaded', 'is overloaded'],
  // What moderation has flagged comes with the status of a refused key.
  [/moderation|flagged|content_filter|content_policy/, 'invalid-request', 'refuses the request'],
  [
    /authentication|permission_|invalid_api_key|unauthorized|forbidden/,
    'auth',
    'refuses the key, or what the key may do',
  ],
  [/invalid_request|bad_?request|not_found|request_too_large/, 'invalid-request', 'refuses the request'],
];

/**
 * A failure that a provider reports inside an answer with HTTP status 200, as OpenRouter, vLLM and Anthropic do. An unknown failure is
 * mostly temporary, so it is retryable.
 */
export function providerError(error: unknown, provider: string): EngineError {
  const fields = isRecord(error) ? error : { message: error };
  const words = ['type', 'code', 'message'].map((name) => String(fields[name] ?? '')).join(' ');
  const told = firstLine(String(fields['message'] ?? ''));
  const cause = new Error(`${provider} told inside its answer: ${words.trim()}`);
  const known = KNOWN.find(([pattern]) => pattern.test(words.toLowerCase()));
  if (known !== undefined) {
    const [, code, says, options] = known;
    const detail = code === 'invalid-request' && told !== '' ? `: ${told}` : '';
    return new EngineError(code, `${provider} ${says}${detail}.`, { ...options, cause });
  }
  const status = statusOf(fields);
  if (status === undefined) {
    return new EngineError('unavailable', `${provider} broke off its answer with an error of its own.`, { cause });
  }
  const options = status === 402 ? { retryable: false } : status === 408 || status === 409 ? { retryable: true } : {};
  const code = status === 402 ? 'rate-limit' : EngineError.fromHttpStatus(status, '').code;
  const detail = code === 'invalid-request' && told !== '' ? `: ${told}` : '';
  return new EngineError(code, `${provider} broke off its answer with the error ${status}${detail}.`, {
    ...options,
    cause,
  });
}

function statusOf(fields: Readonly<Record<string, unknown>>): number | undefined {
  return [fields['code'], fields['status']].map(Number).find((status) => status >= 400 && status < 600);
}

/** The error that an answer holds, if any: OpenAI's and Anthropic's place for it, and older vLLM's. */
export function errorIn(answer: Readonly<Record<string, unknown>>): unknown {
  const { error } = answer;
  // Some servers send an empty error in each chunk.
  if (isRecord(error) ? Object.keys(error).length > 0 : Boolean(error)) return error;
  return answer['object'] === 'error' ? answer : undefined;
}
