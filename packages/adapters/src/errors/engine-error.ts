import { MoleculeError } from './molecule-error.js';

/**
 * The codes of an {@link EngineError}. The value is the default of `retryable`: true if the runtime retries the turn. A client reads the
 * code of a failed task as `ENGINE_` and this code in capitals, for example `ENGINE_RATE_LIMIT`.
 */
export const ENGINE_ERROR_CODES = {
  /** The model's provider refused the key. */
  auth: false,
  /** The provider received too many requests (HTTP 429). */
  'rate-limit': true,
  /** The provider is overloaded (HTTP 503, 529). */
  overloaded: true,
  /** The engine or the provider could not be reached, or answered with another 5xx. */
  unavailable: true,
  /** The provider or the engine refused the request (HTTP 4xx). */
  'invalid-request': false,
  /** The conversation is too long for the model. */
  'context-overflow': false,
  /** The model ended its answer without any text, and gave no reason. */
  'empty-answer': false,
  /** The agent reached its own limit of steps. */
  'too-many-steps': false,
  /** The engine's process ended during the turn. */
  'engine-died': true,
  /** The code of the turn calls other steps than those that were recorded. */
  'steps-changed': false,
  /** The engine stores nothing of the turn of a `continue`; the runtime then runs the original turn. */
  'nothing-to-continue': false,
  /** The question that an answer belongs to no longer exists. */
  lost: false,
  /** `controls.signal` was aborted. Without an abort, the runtime treats it as `engine-died`. */
  canceled: false,
  /** The engine cannot do what the turn requires. */
  unsupported: false,
  /** Any other reason, and anything that an engine throws that is no `EngineError`. */
  internal: false,
} as const;

export type EngineErrorCode = keyof typeof ENGINE_ERROR_CODES;

export interface EngineErrorOptions {
  /** True if the runtime shall retry the turn. Default: that of the code, in {@link ENGINE_ERROR_CODES}. */
  readonly retryable?: boolean;
  /** Milliseconds to wait before the retry, as the provider asked (`Retry-After`). Default: the runtime's own growing waits. */
  readonly retryAfterMs?: number;
  /** The error of the provider or engine, for the log. */
  readonly cause?: unknown;
}

/** What an engine throws if a turn fails. The client reads `message`, so it holds no secret, no stack and no file path. */
export class EngineError extends MoleculeError {
  static override readonly brand: string = '@molecule/adapters.EngineError';
  readonly code: EngineErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;

  constructor(code: EngineErrorCode, message: string, options: EngineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? ENGINE_ERROR_CODES[code];
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }

  /** The error for the HTTP status of a model provider's answer, 400 or higher. */
  static fromHttpStatus(status: number, message: string, options: EngineErrorOptions = {}): EngineError {
    return new EngineError(codeForStatus(status), message, options);
  }
}

function codeForStatus(status: number): EngineErrorCode {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate-limit';
  if (status === 503 || status === 529) return 'overloaded';
  if (status >= 400 && status < 500) return 'invalid-request';
  return 'unavailable';
}
