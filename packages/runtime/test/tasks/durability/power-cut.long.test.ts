import { expect, it } from 'vitest';
import { canLosePower } from '../../support/losing-disk.js';
import { freshSeed, randomFrom } from '../../support/random.js';
import { cut, cutTeam } from './power-cut.js';
import { USES } from './told.js';

const test = it.skipIf(!(await canLosePower()));

test.each(Object.entries(USES))(
  'everything that a client was told is still there after a power cut: %s',
  { timeout: 120_000 },
  async (_kind, use) => {
    const seed = freshSeed();
    const { lost, accepted } = await cut('machine', [use], randomFrom(seed));
    expect(lost, `seed ${seed}, of ${accepted} tasks`).toEqual([]);
  },
);

// The control of the tests above: what is not synced is lost, so the disk does lose it.
test('after a power cut some of it is gone if the durability is that of the process, and the rest is intact', {
  timeout: 120_000,
}, async () => {
  const { lost, accepted } = await cut('process', Object.values(USES), randomFrom(freshSeed()));
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThan(accepted + 1);
  expect((await cutTeam('process', randomFrom(freshSeed()))).lost.length).toBeGreaterThan(0);
});
