import { Worker } from 'node:worker_threads';
import type { Hostile, Matching } from './match-worker.ts';

/** How far the matching of an expression got. */
export interface MatchOutcome {
  /** True if every hostile text was matched to its end. */
  readonly ended: boolean;
  /** The beginning of the last text. */
  readonly text: string;
}

/** Matches expressions, one after the other, against their hostile texts. */
export class HostileMatcher implements AsyncDisposable {
  #worker: Worker | undefined;

  /** Matches against texts of some `size` characters, each for at most `deadlineMs`. */
  async match(hostile: Hostile, deadlineMs: number): Promise<MatchOutcome> {
    this.#worker ??= new Worker(new URL('./match-worker.ts', import.meta.url));
    const worker = this.#worker;
    const outcome = await new Promise<MatchOutcome>((resolve, reject) => {
      let text = '';
      let timer: NodeJS.Timeout;
      const hear = (said: Matching) => {
        clearTimeout(timer);
        if (said === undefined) return resolve({ ended: true, text });
        text = said;
        timer = setTimeout(() => resolve({ ended: false, text }), deadlineMs);
      };
      worker.removeAllListeners().on('message', hear).on('error', reject);
      worker.postMessage(hostile);
    });
    if (!outcome.ended) await this[Symbol.asyncDispose]();
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
