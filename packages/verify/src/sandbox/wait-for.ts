import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;

/** Calls `look` until it returns a value other than `undefined`; returns `undefined` after the time. */
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
