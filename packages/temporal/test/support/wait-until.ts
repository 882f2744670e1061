import { setTimeout } from 'node:timers/promises';

/** Asks again until there is an answer; throws when there is none in time. */
export async function waitUntil<Value>(
  what: string,
  ask: () => Value | undefined | false | Promise<Value | undefined | false>,
  timeoutMs = 40_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await setTimeout(20);
  }
}
