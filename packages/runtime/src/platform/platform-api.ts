import type { JsonObject, JsonValue } from '@molecule/adapters';
import { cutText, MoleculeError } from '@molecule/adapters';
import { type Clock, wallClock } from '../support/clock.js';
import type { ErrorCode } from '../support/error-codes.js';
import { reasonOf } from '../support/network/reason-of.js';
import { readRetryAfter } from '../support/network/retry-after.js';
import { boundedResponse } from '../team/delegation/bounded-response.js';
import type { WorkspaceToken } from './workspace-token.js';

const CALL_MS = 10_000;
/** The limit of an answer; lists of peers, memories and activities have some hundred kilobytes. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;
/** The longest Retry-After that is obeyed, so that an error of the platform cannot silence a workspace for good. */
const MOST_QUIET_MS = 3_600_000;
/** The statuses whose Retry-After is obeyed. */
const BUSY = [429, 503];

/** The platform could not be reached, or refused. */
export class PlatformError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.PlatformError';
  readonly code: 'PLATFORM_UNREACHABLE' | 'PLATFORM_REFUSED';
  /** The HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined;
  /** The platform's Retry-After in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { readonly status?: number; readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = (options.status === undefined ? 'PLATFORM_UNREACHABLE' : 'PLATFORM_REFUSED') satisfies ErrorCode;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** True if the same call may succeed later: the platform is unreachable, busy, or reports an internal error. */
export function isTemporary(error: unknown): error is PlatformError {
  if (!PlatformError.is(error)) return false;
  const { status } = error;
  return status === undefined || status === 429 || status >= 500;
}

export interface PlatformCall {
  readonly method: 'GET' | 'POST';
  /** The path below the platform's address, encoded. */
  readonly path: string;
  readonly body?: JsonObject;
  /** Default 10 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Calls to the platform with the workspace's token, which is sent nowhere else. During the platform's Retry-After, calls
 * fail locally with 429.
 */
export class PlatformApi {
  readonly #url: string;
  readonly token: WorkspaceToken;
  readonly #clock: Clock;
  #quietUntil = Number.NEGATIVE_INFINITY;

  constructor(url: string, token: WorkspaceToken, clock: Clock = wallClock) {
    this.#url = url;
    this.token = token;
    this.#clock = clock;
  }

  /** Milliseconds until the platform's Retry-After is over; 0 if there is none. */
  get quietMs(): number {
    return Math.min(MOST_QUIET_MS, Math.max(0, this.#quietUntil - this.#clock.now()));
  }

  /** @throws {PlatformError} */
  async call({ method, path, body, timeoutMs = CALL_MS, signal }: PlatformCall): Promise<JsonValue> {
    this.#refuseIfQuiet(method, path);
    const { token } = this.token;
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    try {
      response = await fetch(`${this.#url}${path}`, {
        method,
        // A redirect could send the token to another server.
        redirect: 'error',
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new PlatformError(`The platform at ${this.#url} cannot be reached: ${reasonOf(error)}.`, { cause: error });
    }
    const bounded = boundedResponse(
      response,
      MOST_ANSWER_BYTES,
      () => new Error(`more than ${MOST_ANSWER_BYTES} bytes`),
    );
    const text = await bounded.text().catch((error: unknown) => {
      signal?.throwIfAborted();
      const message = `The platform at ${this.#url} broke off its answer to ${method} ${path}: ${reasonOf(error)}.`;
      throw new PlatformError(message, { cause: error });
    });
    if (response.ok) return parse(text);
    const { status } = response;
    // What keeps another token from being found is not the caller's trouble: it reads of the refusal.
    if (status === 401) await this.token.refused().catch(() => {});
    const requested = readRetryAfter(response.headers.get('retry-after'), this.#clock.now());
    const retryAfterMs = requested === undefined ? undefined : Math.min(MOST_QUIET_MS, requested);
    if (retryAfterMs !== undefined && BUSY.includes(status)) this.#quietUntil = this.#clock.now() + retryAfterMs;
    const message = `The platform refused ${method} ${path} with ${status}: ${cutText(text, 200)}`;
    throw new PlatformError(message, { status, retryAfterMs });
  }

  #refuseIfQuiet(method: string, path: string): void {
    const { quietMs } = this;
    if (quietMs === 0) return;
    const message = `${method} ${path} was not sent: the platform accepts no calls for another ${Math.ceil(quietMs / 1000)} s (Retry-After).`;
    throw new PlatformError(message, { status: 429, retryAfterMs: quietMs });
  }
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // An empty or plain-text answer with status 200 is a success as well.
    return null;
  }
}
