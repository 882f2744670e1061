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

/** Anthropic's types of errors that come within a stream, for which Claude Code has no category. */
const API_TYPES: Readonly<Record<string, EngineErrorCode>> = {
  authentication_error: 'auth',
  permission_error: 'auth',
  billing_error: 'auth',
  rate_limit_error: 'rate-limit',
  overloaded_error: 'overloaded',
  api_error: 'unavailable',
  timeout_error: 'unavailable',
  invalid_request_error: 'invalid-request',
  request_too_large: 'invalid-request',
  not_found_error: 'invalid-request',
};

const MESSAGES: Readonly<Partial<Record<EngineErrorCode, string>>> = {
  auth: "The model's provider refused the key or the account.",
  'rate-limit': "The model's provider answers too many requests for this key.",
  overloaded: "The model's provider is overloaded.",
  unavailable: "The model's provider could not be reached, or failed.",
  'invalid-request': "The model's provider refused the request.",
  'context-overflow': 'The conversation no longer fits the model. Begin a new one.',
  'empty-answer': 'The model announced a tool call but twice sent none that could be read.',
  'engine-died': 'Claude Code was stopped from outside in the middle of the turn.',
  'too-many-steps': 'The agent used up the steps that one turn may take (`max_turns`).',
  internal: 'Claude Code could not finish the turn.',
};

/** A server that answers 200 with something else: a page to sign in, a proxy's error, half an answer. */
const NO_ANSWER = /empty or malformed response|without receiving any events|Connection lost|was lost/;
const NO_ANSWER_MESSAGE = "The model's provider, or a proxy before it, sent half an answer, or something that is none.";

/** Categories that say more than the HTTP status does. */
const SAYS_MORE: readonly EngineErrorCode[] = ['auth', 'rate-limit', 'overloaded'];

/** Claude Code does not wait a minute for a provider that asks it to, but fails, and does not say for how long. This is longer. */
const LONGER_WAIT_MS = 61_000;

const OVERFLOW_REASONS: readonly unknown[] = ['prompt_too_long', 'blocking_limit', 'rapid_refill_breaker'];
/** It was stopped, but not by a cancel of this turn. */
const STOPPED: readonly unknown[] = ['aborted_streaming', 'aborted_tools'];
const OVERFLOW_TEXT = /prompt is too long|context (?:window|limit)|exceeds? (?:the )?(?:maximum )?context/i;

/** The engine code of a model call that Claude Code is about to repeat. */
export function retryCode(message: SDKAPIRetryMessage): EngineErrorCode {
  const { error_status: status } = message;
  return status === null ? (CATEGORIES[message.error] ?? 'unavailable') : codeForStatus(status);
}

/** What is known about the failed model calls of a turn. */
export interface FailedCalls {
  /** Claude Code's last word about a call that it would repeat. */
  readonly retry?: SDKAPIRetryMessage | undefined;
  /** Its word for the last one, which it did not repeat. */
  readonly category?: string | undefined;
  /** What the provider called the error, when that came within a stream. */
  readonly type?: string | undefined;
  /** True when Claude Code repeats failed calls at all. */
  readonly areRepeated: boolean;
}

/**
 * The error of a turn that ended without an answer. The provider's text may hold host names and ids, so it goes into the cause, which is
 * logged, and not into the message.
 */
export function resultError(result: SDKResultMessage, failed: FailedCalls): EngineError {
  const said = result.subtype === 'success' ? result.result : result.errors.join('; ');
  const code = codeOf(result, said, failed);
  const message = code === 'unavailable' && NO_ANSWER.test(said) ? NO_ANSWER_MESSAGE : undefined;
  return engineError(code, said, message, waitOf(code, failed));
}

/** The provider's Retry-After, if Claude Code reports it. */
function waitOf(code: EngineErrorCode, { retry, areRepeated, type }: FailedCalls): number | undefined {
  if (code !== 'rate-limit' && code !== 'overloaded') return undefined;
  // The wait before the last repetition is what the provider asked for, when it asked.
  if (retry !== undefined) return code === 'rate-limit' ? retry.retry_delay_ms : undefined;
  // An error within a stream is not repeated in any case.
  return areRepeated && type === undefined ? LONGER_WAIT_MS : undefined;
}

/** The error for an empty answer: the model was asked once more, and returned none. */
export function emptyAnswerError(): EngineError {
  return new EngineError('empty-answer', 'The model gave an empty answer, and another one when it was asked again.');
}

/** The error for a model call that must not be repeated. */
export function fatalRetryError(retry: SDKAPIRetryMessage): EngineError | undefined {
  return retryCode(retry) === 'auth' ? engineError('auth', `${retry.error} (${retry.error_status})`) : undefined;
}

function codeOf(result: SDKResultMessage, said: string, { category, type }: FailedCalls): EngineErrorCode {
  if (OVERFLOW_REASONS.includes(result.terminal_reason) || OVERFLOW_TEXT.test(said)) return 'context-overflow';
  if (result.subtype === 'error_max_turns' || result.terminal_reason === 'max_turns') return 'too-many-steps';
  if (STOPPED.includes(result.terminal_reason)) return 'engine-died';
  if (result.terminal_reason === 'malformed_tool_use_exhausted') return 'empty-answer';
  if (result.subtype !== 'success') return 'internal';
  const named = category === undefined ? undefined : CATEGORIES[category];
  if (named !== undefined && SAYS_MORE.includes(named)) return named;
  const status = result.api_error_status;
  if (typeof status === 'number') return codeForStatus(status);
  const isAboutModel = result.terminal_reason === 'api_error' || result.stop_reason === null;
  return named ?? API_TYPES[type ?? ''] ?? (isAboutModel ? 'unavailable' : 'internal');
}

/** 402 is about the account; 408 and 425 pass. */
function codeForStatus(status: number): EngineErrorCode {
  if (status === 402) return 'auth';
  if (status === 408 || status === 425) return 'unavailable';
  return EngineError.fromHttpStatus(status, '').code;
}

function engineError(code: EngineErrorCode, said: string, message?: string, retryAfterMs?: number): EngineError {
  const options: EngineErrorOptions = {
    cause: new Error(said),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  return new EngineError(code, message ?? MESSAGES[code] ?? MESSAGES.internal ?? code, options);
}
