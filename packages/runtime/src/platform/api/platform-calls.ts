import type { JsonValue, Logger } from '@molecule/adapters';
import { isTemporary, type PlatformApi, type PlatformCall, PlatformError } from './platform-api.js';

/** The timeout of a read. A prompt is built without what did not arrive in time. */
export const READ_MS = 3_000;

/** Calls that must not wait for an unreachable platform, with one warning for each kind of call that it refuses. */
export class PlatformCalls {
  readonly #api: PlatformApi;
  readonly #isAway: () => boolean;
  readonly #logger: Logger;
  readonly #refused = new Set<string>();

  constructor(api: PlatformApi, isAway: () => boolean, logger: Logger) {
    this.#api = api;
    this.#isAway = isAway;
    this.#logger = logger;
  }

  /** Reads a path. While the platform is unreachable this fails at once, and the reader uses its last result. */
  read(path: string): Promise<JsonValue> {
    return this.call({ method: 'GET', path, timeoutMs: READ_MS });
  }

  /** @throws {PlatformError} at once while the platform is unreachable, which the link finds out first when it ends. */
  async call(call: PlatformCall): Promise<JsonValue> {
    if (this.#isAway()) {
      throw new PlatformError(`The platform is unreachable: ${call.method} ${call.path} was not sent.`);
    }
    return this.#api.call(call);
  }

  /** Logs once what the platform refuses. The link logs that it is unreachable or busy. */
  logRefusal(what: string, error: unknown): void {
    if (isTemporary(error)) return;
    if (this.#refused.has(what)) return;
    this.#refused.add(what);
    this.#logger.warn(`the platform refused ${what}; the agent runs without it`, { reason: String(error) });
  }
}
