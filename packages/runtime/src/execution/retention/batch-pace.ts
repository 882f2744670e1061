import { setTimeout as delay, setImmediate as nextTick } from 'node:timers/promises';

/** The longest pause. On a busy machine a batch takes long because it waits for the processor. */
const LONGEST_MS = 5;

/** Runs batches of work one after the other, with pauses in which other work continues. */
export class BatchPace {
  /** @returns what the batch returns, after a pause that is as long as the batch took */
  async run<Value>(batch: () => Promise<Value>): Promise<Value> {
    const begun = performance.now();
    const value = await batch();
    const took = performance.now() - begun;
    await nextTick();
    await delay(Math.min(took, LONGEST_MS));
    return value;
  }
}
