import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 5;

/**
 * Calls `find` until its result counts as true, and returns that result.
 *
 * @param what The condition, for the error.
 * @throws {Error} if there is no such result within the time
 */
export async function until<Found>(
  what: string,
  find: () => Found | Promise<Found>,
  withinMs = 30_000,
): Promise<Exclude<NonNullable<Found>, false | '' | 0>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found) return found as Exclude<NonNullable<Found>, false | '' | 0>;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(INTERVAL_MS);
  }
}
