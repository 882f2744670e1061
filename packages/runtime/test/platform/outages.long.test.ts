import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MOMENTS, Outage, TROUBLES } from './outages.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

/** How long each lasts; the link's waits for an hour of it are in platform-link.test.ts. */
const SHORT_MS = 1_000;
const LONG_MS = 12_000;

let outage: Outage;
beforeAll(async () => {
  outage = await Outage.open();
});
afterAll(() => outage[Symbol.asyncDispose]());

const CASES = [
  ...MOMENTS.flatMap((moment) => TROUBLES.map((trouble) => [moment, trouble, SHORT_MS] as const)),
  ...MOMENTS.map((moment) => [moment, 'away', LONG_MS] as const),
];

test.each(CASES)('%s, the platform is %s for %d ms', async (moment, trouble, ms) => {
  const { told, expected, reports, approvals } = await outage.at(moment, trouble, ms);
  expect(told).toEqual([expect.stringContaining(expected)]);
  expect(reports).toBe(1);
  expect(approvals).toBe(moment === 'while a person decides' ? 1 : 0);
});
