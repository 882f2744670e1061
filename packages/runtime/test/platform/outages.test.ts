import { expect, test, vi } from 'vitest';
import { type Moment, Outage, type Trouble } from './outages.js';

vi.setConfig({ testTimeout: 120_000 });

// One trouble at each of some moments; the long form has all of them.
const SOME: readonly (readonly [Moment, Trouble])[] = [['as the turn ends', 'restarted']];

test('whatever happens to the platform, nothing that was answered is lost or told twice', async () => {
  await using outage = await Outage.open();
  for (const [moment, trouble] of SOME) {
    const { told, expected, reports, approvals } = await outage.at(moment, trouble, 0);
    expect(told, `${moment}, ${trouble}`).toEqual([expect.stringContaining(expected)]);
    expect(reports, `${moment}, ${trouble}`).toBe(1);
    expect(approvals).toBe(moment === 'while a person decides' ? 1 : 0);
  }
});
