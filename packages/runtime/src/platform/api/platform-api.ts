import type { JsonObject, JsonValue } from '@molecule/adapters';
import { cutText, MoleculeError } from '@molecule/adapters';
import { type Clock, wallClock } from '../../support/clock.js';
import type { ErrorCode } from '../../support/error-codes.js';
import { reasonOf } from '../../support/network/reason-of.js';
import { readRetryAfter } from '../../support/network/retry-after.js';
import { boundedResponse } from '../../team/delegation/bounded-response.js';
import { tenantHeaders } from './tenant-headers.js';
import type { WorkspaceToken } from './workspace-token.js';

const CALL_MS = 10_000;
/** The limit of an answer; lists of peers, memories and activities have some hundred kilobytes. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;
/** The longest Retry-After that is obeyed, so that an error of the platform cannot silence a workspace for good. */
const MOST_QUIET_MS = 3_600_000;
/** The statuses whose Retry-After is obeyed. */
const BUSY = [429, 503];

interface PlatformErrorOptions {
  readonly status?: number;
  readonly retryAfterMs?: number | undefined;
  readonly isDoubtful?: boolean;
  readonly isTooLarge?: boolean;
  readonly isTimeout?: boolean;
  readonly cause?: unknown;
}

/** The platform could not be reached, or refused. */
export class PlatformError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.PlatformError';
  readonly code: 'PLATFORM_UNREACHABLE' | 'PLATFORM_REFUSED';
  /** The HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined;
  /** The platform's Retry-After in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** True for a 401 below a workspace while the registry accepts the token, or does not answer: the platform's database may be away. */
  readonly isDoubtful: boolean;
  /** True if the platform has done the call, and its answer has more bytes than are read. */
  readonly isTooLarge: boolean;
  /** True if there was no answer in time: the platform may have done the call. */
  readonly isTimeout: boolean;

  constructor(message: string, options: PlatformErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = (options.status === undefined ? 'PLATFORM_UNREACHABLE' : 'PLATFORM_REFUSED') satisfies ErrorCode;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.isDoubtful = options.isDoubtful ?? false;
    this.isTooLarge = options.isTooLarge ?? false;
    this.isTimeout = options.isTimeout ?? false;
  }
}

/**
 * True if the same call may succeed later: the platform is unreachable, busy, or reports an internal error. Without its database, the platform
 * answers 401 to a token that it accepts otherwise (`WorkspaceAuth`); only the registry's 401 is a refusal then.
 */
export function isTemporary(error: unknown): error is PlatformError {
  if (!PlatformError.is(error)) return false;
  const { status, isDoubtful } = error;
  return status === undefined || status === 429 || status >= 500 || isDoubtful;
}

export interface PlatformCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The path below the platform's address, encoded. */
  readonly path: string;
  readonly body?: JsonObject | FormData;
  /** Sent besides those of every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** The limit of the answer. Default 16 MiB. */
  readonly mostBytes?: number;
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
  readonly #tenant: Readonly<Record<string, string>>;
  #quietUntil = Number.NEGATIVE_INFINITY;
  #outages = 0;

  /** @param organization the id of the organization on a hosted platform, which serves several */
  constructor(url: string, token: WorkspaceToken, clock: Clock = wallClock, organization?: string) {
    this.#url = url;
    this.#tenant = organization === undefined ? {} : tenantHeaders(url, organization);
    this.token = token;
    this.#clock = clock;
  }

  /** How many calls of this process found no platform, or lost it: while the number is the same, it has not been seen to restart. */
  get outages(): number {
    return this.#outages;
  }

  /** Milliseconds until the platform's Retry-After is over; 0 if there is none. */
  get quietMs(): number {
    return Math.min(MOST_QUIET_MS, Math.max(0, this.#quietUntil - this.#clock.now()));
  }

  /** @throws {PlatformError} */
  async call(call: PlatformCall): Promise<JsonValue> {
    return parse(await (await this.#send(call)).text());
  }

  /** @throws {PlatformError} */
  async download(call: PlatformCall): Promise<Buffer> {
    return Buffer.from(await (await this.#send(call)).arrayBuffer());
  }

  async #send(call: PlatformCall): Promise<Response> {
    const { method, path, body, headers, timeoutMs = CALL_MS, mostBytes = MOST_ANSWER_BYTES, signal } = call;
    this.#refuseIfQuiet(method, path);
    const { token } = this.token;
    const timeout = AbortSignal.timeout(timeoutMs);
    const isJson = body !== undefined && !(body instanceof FormData);
    let response: Response;
    try {
      response = await fetch(`${this.#url}${path}`, {
        method,
        // A redirect could send the token to another server.
        redirect: 'error',
        headers: {
          ...(isJson && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...this.#tenant,
          ...headers,
        },
        ...(body && { body: isJson ? JSON.stringify(body) : (body as FormData) }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!timeout.aborted) this.#outages++;
      const message = `The platform at ${this.#url} cannot be reached: ${reasonOf(error)}.`;
      throw new PlatformError(message, { isTimeout: timeout.aborted, cause: error });
    }
    const tooLarge = new PlatformError(
      `The answer of the platform to ${method} ${path} has more than ${mostBytes} bytes.`,
      { status: response.status, isTooLarge: true },
    );
    const bounded = boundedResponse(response, mostBytes, () => tooLarge);
    const broken = (error: unknown) => {
      signal?.throwIfAborted();
      if (error === tooLarge) throw error;
      if (!timeout.aborted) this.#outages++;
      const message = `The platform at ${this.#url} broke off its answer to ${method} ${path}: ${reasonOf(error)}.`;
      throw new PlatformError(message, { isTimeout: timeout.aborted, cause: error });
    };
    const bytes = await bounded.arrayBuffer().catch(broken);
    const isRegistry = path.startsWith('/registry/');
    if (response.ok) {
      if (token !== undefined) this.token.accepted(token);
      return new Response(bytes);
    }
    const { status } = response;
    const isDoubtful = status === 401 && !isRegistry && token !== undefined && this.token.isAccepted(token);
    // What keeps another token from being found is not the caller's trouble: it reads of the refusal.
    if (status === 401 && !isDoubtful) await this.token.refused().catch(() => {});
    const requested = readRetryAfter(response.headers.get('retry-after'), this.#clock.now());
    const retryAfterMs = requested === undefined ? undefined : Math.min(MOST_QUIET_MS, requested);
    // A call that the proxy refuses is not refused by the platform: another workspace is busy or wakes.
    const isOwn = !path.endsWith('/a2a');
    if (retryAfterMs !== undefined && BUSY.includes(status) && isOwn) {
      this.#quietUntil = this.#clock.now() + retryAfterMs;
    }
    const message = `The platform refused ${method} ${path} with ${status}: ${cutText(Buffer.from(bytes).toString(), 200)}`;
    throw new PlatformError(message, { status, retryAfterMs, isDoubtful });
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
