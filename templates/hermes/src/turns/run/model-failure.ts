import { EngineError, type EngineErrorCode } from '@molecule/adapters';
import type { ModelFailure } from '../record/run-notes.js';

/** Words of providers, in `type` or `code` of their errors, and what they mean; the first that fits. */
const WORDS: readonly (readonly [words: RegExp, code: EngineErrorCode, retryable?: boolean])[] = [
  [/context_length/, 'context-overflow'],
  [/insufficient_quota|billing/, 'rate-limit', false],
  [/overloaded/, 'overloaded'],
  [/rate_limit/, 'rate-limit'],
  [/authentication|permission|api_key/, 'auth'],
  [/invalid_request|badrequest|not_found/, 'invalid-request'],
  [/server_?error|api_error|timeout/, 'unavailable'],
];

/** The error for a model call that failed; a provider may say so in the middle of an answer with status 200. */
export function modelFailure({ status, type, code, message }: ModelFailure, text: string): EngineError {
  if (/context (length|window)|maximum context|prompt is too long|too many tokens/i.test(message)) {
    return new EngineError('context-overflow', text);
  }
  // Gateways give what moderation has flagged the status of a refused key.
  if (/moderation|flagged|content.?(policy|filter)/i.test(message)) return new EngineError('invalid-request', text);
  const words = `${type ?? ''} ${code ?? ''}`.toLowerCase();
  const known = WORDS.find(([pattern]) => pattern.test(words));
  const number = [Number(code), status ?? 0].find((value) => value >= 400 && value < 600);
  if (number !== undefined && known?.[1] !== 'context-overflow') return EngineError.fromHttpStatus(number, text);
  if (known === undefined) return new EngineError('unavailable', text);
  const [, meaning, retryable] = known;
  return new EngineError(meaning, text, retryable === undefined ? {} : { retryable });
}
