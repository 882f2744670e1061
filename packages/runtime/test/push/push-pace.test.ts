import { expect, it } from 'vitest';
import { nextTry } from '../../src/push/push-pace.js';

const HOUR_MS = 3_600_000;
const FAILED = { now: 1_000_000, tries: 0, failingSince: undefined, status: 500, retryAfterMs: undefined };

function waits(tries: number, more: Partial<Parameters<typeof nextTry>[0]> = {}): number {
  return nextTry({ ...FAILED, tries, ...more }, () => 1).notBefore - FAILED.now;
}

it('the wait doubles from a second to five minutes, and is shorter by up to a quarter', () => {
  expect([0, 1, 2, 8, 9, 1_000].map((tries) => waits(tries))).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
  expect(nextTry({ ...FAILED, tries: 3 }, () => 0).notBefore - FAILED.now).toBe(6_000);
});

it('a receiver may ask for a longer wait, but not for more than five minutes', () => {
  expect([waits(0, { retryAfterMs: 60_000 }), waits(0, { retryAfterMs: 9_000_000 })]).toEqual([60_000, 300_000]);
  expect(waits(9, { retryAfterMs: 1_000 })).toBe(300_000);
  expect(nextTry({ ...FAILED, retryAfterMs: 60_000 }, () => 0).notBefore - FAILED.now).toBe(60_000);
});

it('it is given up after 24 hours of failures, or if the receiver says that it is gone', () => {
  const failingSince = FAILED.now - 24 * HOUR_MS;
  expect(nextTry({ ...FAILED, failingSince }).disable).toBe(true);
  expect(nextTry({ ...FAILED, failingSince: failingSince + 1 }).disable).toBe(false);
  expect(nextTry({ ...FAILED, status: 410 }).disable).toBe(true);
  expect(nextTry({ ...FAILED, status: undefined }).disable).toBe(false);
});
