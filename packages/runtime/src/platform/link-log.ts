import type { Logger } from '@molecule/adapters';
import { PlatformError } from './platform-api.js';
import type { WorkspaceToken } from './workspace-token.js';

/** The link's log lines: one for each kind of failure in an outage, not one for each try. */
export class LinkLog {
  readonly #logger: Logger;
  readonly #token: WorkspaceToken;
  readonly #kinds = new Set<string>();
  #tokenLogged = false;

  constructor(logger: Logger, token: WorkspaceToken) {
    this.#logger = logger;
    this.#token = token;
  }

  failed(error: unknown): void {
    const status = PlatformError.is(error) ? error.status : undefined;
    const kind = status === undefined ? 'unreachable' : String(status);
    if (this.#kinds.has(kind)) return;
    this.#kinds.add(kind);
    const reason = error instanceof Error ? error.message : String(error);
    if (status === 401) {
      this.#logger.error(
        `the platform refused this workspace's token; an administrator can issue another one, to be written to ${this.#token.place}`,
        { reason },
      );
    } else {
      this.#logger.warn('the platform is unreachable or refuses calls; the agent serves without it and retries', {
        reason,
      });
    }
  }

  succeeded(): void {
    if (this.#kinds.size > 0) this.#logger.info('the platform is reachable again');
    this.#kinds.clear();
  }

  tokenNotSaved(error: unknown): void {
    if (this.#tokenLogged) return;
    this.#tokenLogged = true;
    this.#logger.error(
      `the platform's token cannot be written to ${this.#token.place}, and without it the platform refuses the next boot. Make that writable; each heartbeat retries`,
      { error },
    );
  }
}
