import type { Logger } from '@molecule/adapters';
import { type Clock, monotonicClock } from '../../support/clock.js';
import type { Refusal } from './principal.js';

/** How many refusals for one reason are logged in each minute: an attack must not fill the disk. */
const MOST_LINES = 50;
const WINDOW_MS = 60_000;

interface Window {
  readonly from: number;
  lines: number;
  silent: number;
}

/** Logs why callers were refused. */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #windows = new Map<string, Window>();

  constructor(logger: Logger, clock: Pick<Clock, 'now'> = monotonicClock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  report({ reason, details }: Refusal, address: string | undefined): void {
    const window = this.#windowOf(reason);
    if (window.lines >= MOST_LINES) {
      window.silent += 1;
      return;
    }
    window.lines += 1;
    const told = { reason, ...details, ...(address !== undefined && { address }) };
    // Monitors and clients that have not read the card send nothing, so it is no sign of an attack.
    if (reason === 'no-credentials') this.#logger.debug('a caller was refused', told);
    else this.#logger.warn('a caller was refused', told);
  }

  #windowOf(reason: string): Window {
    const now = this.#clock.now();
    const last = this.#windows.get(reason);
    if (last && now - last.from < WINDOW_MS) return last;
    if (last && last.silent > 0) {
      this.#logger.warn('further callers were refused without a line of their own', { reason, times: last.silent });
    }
    const window = { from: now, lines: 0, silent: 0 };
    this.#windows.set(reason, window);
    return window;
  }
}
