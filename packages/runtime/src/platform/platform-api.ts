import type { JsonObject, JsonValue } from '@molecule/adapters';
import { cutText, MoleculeError } from '@molecule/adapters';
import { boundedResponse } from '../delegation/bounded-response.js';
import { type Clock, systemClock } from './clock.js';
import type { TokenFile } from './token-file.js';

const CALL_MS = 10_000;
/** Lists of peers, memories and activities have some hundred kilobytes. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;
/** However long the platform asks to be left alone: a slip of its own must not silence a workspace for good. */
const MOST_QUIET_MS = 3_600_000;
/** The answers that may tell with Retry-After how long to stay away. */
const BUSY = [429, 503];

/** The platform could not be reached, or refused. */
export class PlatformError extends MoleculeError {
  override readonly name = 'PlatformError';
  readonly code: 'PLATFORM_UNREACHABLE' | 'PLATFORM_REFUSED';
  /** HTTP status; `undefined` when there was no answer. */
  readonly status: number | undefined;
  /** Milliseconds that the platform asks to be left alone for. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { readonly status?: number; readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = options.status === undefined ? 'PLATFORM_UNREACHABLE' : 'PLATFORM_REFUSED';
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }

  static override is(value: unknown): value is PlatformError {
    return MoleculeError.is(value) && value.name === 'PlatformError';
  }
}

/** True when the same call may well succeed later: the platform is away, busy, or has a fault of its own. */
export function isPassing(error: unknown): error is PlatformError {
  if (!PlatformError.is(error)) return false;
  const { status } = error;
  return status === undefined || status === 429 || status >= 500;
}

export interface PlatformCall {
  readonly method: 'GET' | 'POST';
  /** Below the platform's address, encoded. */
  readonly path: string;
  readonly body?: JsonObject;
  /** Default 10 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Calls to the platform, with the workspace's token on each. The token goes nowhere else. While the platform has asked to be
 * left alone, calls are refused here as it refused the last one.
 */
export class PlatformApi {
  readonly #url: string;
  readonly #token: TokenFile;
  readonly #clock: Clock;
  #quietUntil = Number.NEGATIVE_INFINITY;

  constructor(url: string, token: TokenFile, clock: Clock = systemClock) {
    this.#url = url;
    this.#token = token;
    this.#clock = clock;
  }

  /** Milliseconds that the platform still wants to be left alone for; 0 most of the time. */
  get quietMs(): number {
    return Math.min(MOST_QUIET_MS, Math.max(0, this.#quietUntil - this.#clock.now()));
  }

  /** @throws {PlatformError} */
  async call({ method, path, body, timeoutMs = CALL_MS, signal }: PlatformCall): Promise<JsonValue> {
    this.#keepQuiet(method, path);
    const { token } = this.#token;
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    try {
      response = await fetch(`${this.#url}${path}`, {
        method,
        // Redirected elsewhere, the token would follow.
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
      const message = `The platform at ${this.#url} broke its answer to ${method} ${path} off: ${reasonOf(error)}.`;
      throw new PlatformError(message, { cause: error });
    });
    if (response.ok) return parse(text);
    const { status } = response;
    const asked = retryAfter(response.headers.get('retry-after'), this.#clock.now());
    const retryAfterMs = asked === undefined ? undefined : Math.min(MOST_QUIET_MS, asked);
    if (retryAfterMs !== undefined && BUSY.includes(status)) this.#quietUntil = this.#clock.now() + retryAfterMs;
    const message = `The platform refused ${method} ${path} with ${status}: ${cutText(text, 200)}`;
    throw new PlatformError(message, { status, retryAfterMs });
  }

  #keepQuiet(method: string, path: string): void {
    const { quietMs } = this;
    if (quietMs === 0) return;
    const message = `${method} ${path} was not sent: the platform wants to be left alone for another ${Math.ceil(quietMs / 1000)} s.`;
    throw new PlatformError(message, { status: 429, retryAfterMs: quietMs });
  }
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // An empty or plain answer of 200 is a yes all the same.
    return null;
  }
}

/** Retry-After is a number of seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfter(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(MOST_QUIET_MS, Math.max(0, ms));
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { readonly cause?: { readonly message?: string }; readonly message: string };
  return cause?.message || message;
}
