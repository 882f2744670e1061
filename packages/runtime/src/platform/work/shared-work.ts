import type { Logger } from '@molecule/adapters';
import { type Clock, wallClock } from '../../support/clock.js';
import type { Boots } from '../../tasks/boots.js';
import type { PlatformRecords } from '../../tasks/team/platform-records.js';
import { together, type Work } from './work.js';

/** The least time between two writes, so that a burst of turns causes no burst of writes. */
const GATHER_MS = 250;

export interface SharedWorkOptions {
  readonly records: PlatformRecords;
  readonly boots: Boots;
  /** What this process has at hand. */
  readonly own: () => Work;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/**
 * What each process of a workspace has at hand, for the one that speaks for all. That one writes nothing of its own, so a workspace
 * of one process never does.
 */
export class SharedWork {
  readonly #options: SharedWorkOptions;
  readonly #clock: Clock;
  #speaks = false;
  #isScheduled = false;
  #isStopped = false;
  #others: readonly Work[] = [];

  constructor(options: SharedWorkOptions) {
    this.#options = options;
    this.#clock = options.clock ?? wallClock;
  }

  /** The work of this process has changed. */
  changed(): void {
    if (this.#speaks || this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    this.#clock.after(GATHER_MS, () => {
      this.#isScheduled = false;
      void this.#write();
    });
  }

  /** From now on this process speaks for all, or does so no more. */
  async speak(speaks: boolean): Promise<void> {
    const { records, boots } = this.#options;
    this.#speaks = speaks;
    if (speaks) await records.removeWork([boots.id]).catch(() => {});
    else this.changed();
  }

  /** What all living processes have at hand. While it cannot be read, as it was read last. */
  async ofAll(): Promise<Work> {
    await this.#read().catch((error: unknown) =>
      this.#options.logger.debug('the work of other processes could not be read', { error }),
    );
    return together([this.#options.own(), ...this.#others]);
  }

  async stop(): Promise<void> {
    const { records, boots } = this.#options;
    this.#isStopped = true;
    if (!this.#speaks) await records.removeWork([boots.id]).catch(() => {});
  }

  async #read(): Promise<void> {
    const { records, boots } = this.#options;
    const rows = (await records.work()).filter(({ boot }) => boot !== boots.id);
    const alive = await Promise.all(rows.map(({ boot }) => boots.isAlive(boot)));
    this.#others = rows.flatMap(({ work }, index) => (alive[index] ? [JSON.parse(work) as Work] : []));
    await records.removeWork(rows.flatMap(({ boot }, index) => (alive[index] ? [] : [boot])));
  }

  async #write(): Promise<void> {
    const { records, boots, own, logger } = this.#options;
    if (this.#speaks || this.#isStopped) return;
    try {
      await records.setWork(boots.id, JSON.stringify(own()));
    } catch (error) {
      logger.debug('the work of this process could not be recorded', { error });
      this.changed();
    }
  }
}
