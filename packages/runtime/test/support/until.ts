import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `find` finds something that counts as true, and gives it back; throws after `withinMs`. */
export async function until<Found>(
  what: string,
  find: () => Found | Promise<Found>,
  withinMs = 10_000,
): Promise<Exclude<NonNullable<Found>, false | '' | 0>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found) return found as Exclude<NonNullable<Found>, false | '' | 0>;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(5);
  }
}
