import { MoleculeError } from './molecule-error.js';

/**
 * Why a turn failed, as far as the runner cares:
 *
 * | code | meaning | retryable by default |
 * |---|---|---|
 * | `auth` | the model's provider refused the key | no |
 * | `rate-limit` | too many requests (HTTP 429) | yes |
 * | `overloaded` | the provider is overloaded (503, 529) | yes |
 * | `unavailable` | the engine or the provider could not be reached, or answered 5xx | yes |
 * | `invalid-request` | the provider or the engine refused the request (4xx) | no |
 * | `context-overflow` | the conversation no longer fits the model | no |
 * | `empty-answer` | the model ended its answer without a word, and said no other reason | no |
 * | `too-many-steps` | the agent ran into its own bound of steps | no |
 * | `engine-died` | the engine's process ended in the middle | yes |
 * | `nothing-to-continue` | a `continue` turn of which the engine knows nothing | no; the runner asks with the original turn |
 * | `lost` | what an answer refers to is gone | no |
 * | `canceled` | the signal was aborted; thrown without that, the runner takes it as `engine-died` | no |
 * | `unsupported` | the engine cannot do what the turn asks | no |
 * | `internal` | anything else, and whatever an engine throws that is no `EngineError` | no |
 */
export const ENGINE_ERROR_CODES = {
  auth: false,
  'rate-limit': true,
  overloaded: true,
  unavailable: true,
  'invalid-request': false,
  'context-overflow': false,
  'empty-answer': false,
  'too-many-steps': false,
  'engine-died': true,
  'nothing-to-continue': false,
  lost: false,
  canceled: false,
  unsupported: false,
  internal: false,
} as const;

export type EngineErrorCode = keyof typeof ENGINE_ERROR_CODES;

export interface EngineErrorOptions {
  /** Whether trying the turn again may help. Default: the code's own, in {@link ENGINE_ERROR_CODES}. */
  readonly retryable?: boolean;
  /** Milliseconds that the provider asked to wait (its `Retry-After`). */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** What an engine throws when a turn fails. `message` reaches the caller: no secrets, no stack, no file paths. */
export class EngineError extends MoleculeError {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;

  constructor(code: EngineErrorCode, message: string, options: EngineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? ENGINE_ERROR_CODES[code];
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }

  /** True for an {@link EngineError} of any copy of this package. */
  static override is(value: unknown): value is EngineError {
    return MoleculeError.is(value) && value.name === 'EngineError';
  }

  /** The error for an HTTP status that a model provider answered with. */
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
