import type { JsonObject, JsonValue, Logger } from '@molecule/adapters';
import { isObject } from '../../support/is-object.js';
import { PlatformError } from '../api/platform-api.js';
import type { WorkspaceToken } from '../api/workspace-token.js';

/** The link's log lines: one for each kind of failure in an outage, not one for each try. */
export class LinkLog {
  readonly #logger: Logger;
  readonly #token: WorkspaceToken;
  readonly #kinds = new Set<string>();
  #tokenLogged = false;

  readonly #polls: boolean;

  /** @param polls true if no address is registered */
  constructor(logger: Logger, token: WorkspaceToken, polls = false) {
    this.#logger = logger;
    this.#token = token;
    this.#polls = polls;
  }

  /** Warns if the platform delivers messages in another way than the one that was registered: no one would get them. */
  registered({ delivery_mode: wanted }: JsonObject, reply: JsonValue): void {
    const mode = isObject(reply) ? reply['delivery_mode'] : undefined;
    if (wanted === undefined || typeof mode !== 'string' || mode === wanted) return;
    this.#logger.warn(
      'the platform delivers messages in another way than the agent has registered, so it may get none; update the platform, or change MOLECULE_PLATFORM_DELIVERY',
      { registered: wanted, platform: mode },
    );
  }

  failed(error: unknown): void {
    const status = PlatformError.is(error) ? error.status : undefined;
    const kind = status === undefined ? 'unreachable' : String(status);
    if (this.#kinds.has(kind)) return;
    this.#kinds.add(kind);
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = this.#remedyFor(error);
    if (status === 401) this.#logger.error(remedy ?? '', { reason });
    else {
      const what = 'the platform is unreachable or refuses calls; the agent serves without it and retries';
      this.#logger.warn(remedy === undefined ? what : `${what}: ${remedy}`, { reason });
    }
  }

  /** What an operator can do. The platform's own texts are the same for many causes. */
  #remedyFor(error: unknown): string | undefined {
    if (!PlatformError.is(error)) return undefined;
    const { place, token } = this.#token;
    const isRegistration = error.message.includes('/registry/register');
    switch (error.status) {
      case 400:
        return isRegistration
          ? this.#polls
            ? 'it may be too old for MOLECULE_PLATFORM_DELIVERY=poll: update it, or let it call the agent under MOLECULE_PUBLIC_URL'
            : 'it accepts no loopback or private address (127.0.0.1, ::1, 10.x, 192.168.x); set MOLECULE_PUBLIC_URL to an address under which it reaches this agent'
          : undefined;
      case 401:
        return token === undefined
          ? `the platform has issued a token for this workspace, and none is known here: set MOLECULE_WORKSPACE_TOKEN; if it is lost, an administrator can issue another one, to be written to ${place}`
          : `the platform refused this workspace's token; an administrator can issue another one, to be written to ${place}`;
      case 404:
        return 'it does not know this workspace (WORKSPACE_ID), or serves another organization (MOLECULE_ORG_ID)';
      default:
        return undefined;
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
