import type { Logger } from '@molecule/adapters';
import { type Clock, repeat, wallClock } from '../../support/clock.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { PlatformRecords } from '../../tasks/team/platform-records.js';
import type { WorkspaceToken } from '../api/workspace-token.js';

/** How often a process that does not speak reads how the link is. */
const LOOK_MS = 1_000;

export interface SharedLinkOptions {
  readonly records: PlatformRecords;
  readonly token: WorkspaceToken;
  /** True while this process speaks for the workspace itself. */
  readonly speaks: () => boolean;
  /** Called each time that a process that does not speak looks. */
  readonly onLook: () => void;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** How the link of the process that speaks for the workspace is, as the store has it for all others. */
export class SharedLink {
  readonly #options: SharedLinkOptions;
  #isAway = false;
  #written: string | undefined;
  #stop = () => {};

  constructor(options: SharedLinkOptions) {
    this.#options = options;
  }

  /** The workspace was registered once, and the platform is not known to be away. */
  get connected(): boolean {
    return !this.#isAway && this.#options.token.token !== undefined;
  }

  get away(): boolean {
    return this.#isAway;
  }

  /** @param onRegistered called when the workspace was registered for the first time, and when the platform answers again */
  start(onRegistered: () => void): void {
    const { logger, clock = wallClock } = this.#options;
    this.#stop = repeat(clock, LOOK_MS, () =>
      this.#look(onRegistered).catch((error: unknown) => {
        if (!StorageError.is(error)) logger.warn('the state of the link to the platform could not be read', { error });
      }),
    );
  }

  /** Writes how the link of this process is, if that has changed. */
  speakerIs(state: 'connected' | 'away'): void {
    const away = state === 'away' ? 'yes' : 'no';
    if (this.#written === away) return;
    this.#written = away;
    this.#options.records.set('away', away).catch((error: unknown) => {
      this.#written = undefined;
      this.#options.logger.debug('the state of the link to the platform could not be recorded', { error });
    });
  }

  stop(): void {
    this.#stop();
  }

  async #look(onRegistered: () => void): Promise<void> {
    const { token, records, speaks, onLook } = this.#options;
    if (speaks()) return;
    onLook();
    this.#written = undefined;
    const before = this.connected;
    await token.refresh();
    this.#isAway = (await records.facts()).away === 'yes';
    if (!before && this.connected) onRegistered();
  }
}
