import type { Logger } from '@molecule/adapters';
import type { PlatformRecords } from '../../tasks/team/platform-records.js';

/** How long costs are gathered before they are written. Milliseconds. */
const GATHER_MS = 500;

/** What the turns of the workspace have cost in this month (UTC), over all of its processes, in US dollars. */
export class Spend {
  readonly #records: PlatformRecords;
  readonly #logger: Logger;
  #gathered = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(records: PlatformRecords, logger: Logger) {
    this.#records = records;
    this.#logger = logger;
  }

  add(costUsd: number): void {
    if (!(costUsd > 0)) return;
    this.#gathered += costUsd;
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  /** In cents; 0: nothing is known. */
  async cents(): Promise<number> {
    const { spend } = await this.#records.facts().catch(() => ({ spend: undefined }));
    const [month, usd] = (spend ?? '').split(' ');
    const recorded = month === thisMonth() ? Number(usd) : 0;
    return Math.round((recorded + this.#gathered) * 100);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const usd = this.#gathered;
    if (usd === 0) return;
    this.#gathered = 0;
    const month = thisMonth();
    try {
      await this.#records.change('spend', (before = '') => {
        const [then, sum] = before.split(' ');
        return `${month} ${(then === month ? Number(sum) : 0) + usd}`;
      });
    } catch (error) {
      this.#gathered += usd;
      this.#logger.debug('the cost of turns could not be recorded', { error });
    }
  }
}

function thisMonth(): string {
  return new Date().toISOString().slice(0, 7);
}
