import pLimit from 'p-limit';
import { delay } from '../support/wait.js';

/**
 * Number of workflows that may be between their start and their activity at once. With more, a server gets slower for all of them,
 * and first steps time out.
 */
const AT_ONCE = 16;
/** An activity that has not arrived by then was dispatched to another process, or Temporal is in trouble. */
const ARRIVAL_MS = 5_000;

/** Sends starts to Temporal in their order, with a limit of how many are under way at once. */
export class StartQueue {
  readonly #limit = pLimit(AT_ONCE);

  /** Resolves with the result of `send`. The place in the queue is kept until `arrived` resolves, for some seconds at most. */
  send<Sent>(send: () => Promise<Sent>, arrived: (sent: Sent) => Promise<unknown>): Promise<Sent> {
    return new Promise((resolve, reject) => {
      void this.#limit(async () => {
        try {
          const sent = await send();
          resolve(sent);
          const over = new AbortController();
          await Promise.race([arrived(sent), delay(ARRIVAL_MS, over.signal)]);
          over.abort();
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}
