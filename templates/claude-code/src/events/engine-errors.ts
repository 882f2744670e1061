import type { SDKAPIRetryMessage, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import { EngineError, type EngineErrorCode, type EngineErrorOptions } from '@molecule/adapters';

/** Claude Code's words for failed model calls, as engine codes. */
const CATEGORIES: Readonly<Record<string, EngineErrorCode>> = {
  authentication_failed: 'auth',
  oauth_org_not_allowed: 'auth',
  account_on_hold: 'auth',
  verification_required: 'auth',
  billing_error: 'auth',
  cloud_credential_error: 'auth',
  rate_limit: 'rate-limit',
  overloaded: 'overloaded',
  server_error: 'unavailable',
  invalid_request: 'invalid-request',
  model_not_found: 'invalid-request',
};

const MESSAGES: Readonly<Partial<Record<EngineErrorCode, string>>> = {
  auth: "The model's provider refused the key or the account.",
  'rate-limit': "The model's provider answers too many requests for this key.",
  overloaded: "The model's provider is overloaded.",
  unavailable: "The model's provider could not be reached, or failed.",
  'invalid-request': "The model's provider refused the request.",
  'context-overflow': 'The conversation no longer fits the model. Begin a new one.',
  'too-many-steps': 'The agent used up the steps that one turn may take (`max_turns`).',
  internal: 'Claude Code could not finish the turn.',
};

const OVERFLOW_REASONS: readonly unknown[] = ['prompt_too_long', 'blocking_limit', 'rapid_refill_breaker'];
const OVERFLOW_TEXT = /prompt is too long|context (?:window|limit)|exceeds? (?:the )?(?:maximum )?context/i;

/** The engine code of a model call that Claude Code is about to repeat. */
export function retryCode(message: SDKAPIRetryMessage): EngineErrorCode {
  const { error_status: status } = message;
  return status === null ? (CATEGORIES[message.error] ?? 'unavailable') : EngineError.fromHttpStatus(status, '').code;
}

/**
 * The error of a turn that ended without an answer, or undefined when it has one. What the provider said may hold
 * host names and ids, so it goes to the cause, which is logged, and not to the message.
 */
export function resultError(result: SDKResultMessage, lastRetry?: SDKAPIRetryMessage): EngineError | undefined {
  if (!result.is_error && result.subtype === 'success') return undefined;
  const said = result.subtype === 'success' ? result.result : result.errors.join('; ');
  return engineError(codeOf(result, said), said, lastRetry);
}

/** The error for a model call whose repetition would be of no use. */
export function fatalRetryError(retry: SDKAPIRetryMessage): EngineError | undefined {
  return retryCode(retry) === 'auth' ? engineError('auth', `${retry.error} (${retry.error_status})`) : undefined;
}

function codeOf(result: SDKResultMessage, said: string): EngineErrorCode {
  if (OVERFLOW_REASONS.includes(result.terminal_reason) || OVERFLOW_TEXT.test(said)) return 'context-overflow';
  if (result.subtype === 'error_max_turns' || result.terminal_reason === 'max_turns') return 'too-many-steps';
  if (result.subtype !== 'success') return 'internal';
  const status = result.api_error_status;
  if (typeof status === 'number') return EngineError.fromHttpStatus(status, '').code;
  return result.terminal_reason === 'api_error' ? 'unavailable' : 'internal';
}

function engineError(code: EngineErrorCode, said: string, lastRetry?: SDKAPIRetryMessage): EngineError {
  const options: EngineErrorOptions = {
    cause: new Error(said),
    // The wait before the last repetition is what the provider asked for, when it asked.
    ...(code === 'rate-limit' && lastRetry !== undefined ? { retryAfterMs: lastRetry.retry_delay_ms } : {}),
  };
  return new EngineError(code, MESSAGES[code] ?? MESSAGES.internal ?? code, options);
}
