import pLimit from 'p-limit';
import { delay } from '../support/delay.js';

/**
 * So many workflows may be on the way from their start to their activity at once. A server that is given more at a time
 * gets slower for all of them, and lets first steps time out.
 */
const AT_ONCE = 16;
/** An activity that has not arrived by then goes to another process, or Temporal is in trouble. */
const ARRIVAL_MS = 5_000;

/** Sends starts to Temporal, in their order and only so many at once. */
export class StartQueue {
  readonly #limit = pLimit(AT_ONCE);

  /**
   * Resolves with what `send` gives, as soon as it does. The place in the queue is kept until `arrived` resolves, for a
   * moment at most.
   */
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
