import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;

/** Looks until there is an answer other than `undefined`; `undefined` when the time is over. */
export async function waitFor<Value>(
  look: () => Promise<Value | undefined> | Value | undefined,
  timeoutMs: number,
): Promise<Value | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined || Date.now() >= deadline) return value;
    await delay(LOOK_MS);
  }
}
