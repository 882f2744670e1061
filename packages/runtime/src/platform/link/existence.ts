import type { Logger } from '@molecule/adapters';
import { pause, wallClock } from '../../support/clock.js';
import type { HeldDuty } from '../../tasks/duties.js';
import { type PlatformApi, PlatformError } from '../api/platform-api.js';

/** How often the platform is asked; its own clients ask every minute. */
const LOOK_MS = 60_000;
/** The first look, soon after the registration, which a deleted workspace does not notice. */
const FIRST_MS = 2_000;

export interface ExistenceOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  /** True while the platform answers. */
  readonly connected: () => boolean;
  readonly onDeleted: () => void;
  readonly logger: Logger;
  /** Default 60,000. */
  readonly lookMs?: number;
}

/** Notices that the workspace was deleted: `GET /workspaces/:id/state` says so, and no other call does. */
export class Existence {
  readonly #options: ExistenceOptions;

  constructor(options: ExistenceOptions) {
    this.#options = options;
  }

  /** Looks until the duty is lost or left. Never rejects. */
  async run({ signal }: HeldDuty): Promise<void> {
    const { connected, onDeleted, logger, lookMs = LOOK_MS } = this.#options;
    await pause(wallClock, Math.min(FIRST_MS, lookMs), signal);
    while (!signal.aborted) {
      if (connected() && (await this.#isDeleted(signal))) {
        logger.error('the platform has deleted this workspace; the agent stops');
        onDeleted();
        return;
      }
      await pause(wallClock, lookMs, signal);
    }
  }

  async #isDeleted(signal: AbortSignal): Promise<boolean> {
    const { api, workspaceId } = this.#options;
    try {
      await api.call({ method: 'GET', path: `/workspaces/${encodeURIComponent(workspaceId)}/state`, signal });
      return false;
    } catch (error) {
      // A platform without this call answers 404 as well.
      return PlatformError.is(error) && error.status === 404 && /"deleted"\s*:\s*true/.test(error.message);
    }
  }
}
