import type { JsonObject, JsonValue } from '@molecule/adapters';
import { MoleculeError } from '@molecule/adapters';
import type { TokenFile } from './token-file.js';

const CALL_MS = 10_000;

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

export interface PlatformCall {
  readonly method: 'GET' | 'POST';
  /** Below the platform's address, encoded. */
  readonly path: string;
  readonly body?: JsonObject;
  /** Default 10 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Calls to the platform, with the workspace's token on each. The token goes nowhere else. */
export class PlatformApi {
  readonly #url: string;
  readonly #token: TokenFile;

  constructor(url: string, token: TokenFile) {
    this.#url = url;
    this.#token = token;
  }

  /** @throws {PlatformError} */
  async call({ method, path, body, timeoutMs = CALL_MS, signal }: PlatformCall): Promise<JsonValue> {
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
    const text = await response.text().catch(() => '');
    if (!response.ok) {
      throw new PlatformError(`The platform refused ${method} ${path} with ${response.status}: ${text.slice(0, 200)}`, {
        status: response.status,
        retryAfterMs: retryAfter(response.headers.get('retry-after')),
      });
    }
    return parse(text);
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

function retryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { readonly cause?: { readonly message?: string }; readonly message: string };
  return cause?.message || message;
}
