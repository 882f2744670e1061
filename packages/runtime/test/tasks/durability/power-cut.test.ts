import { describe, expect, it } from 'vitest';
import { canLosePower } from '../../support/losing-disk.js';
import { freshSeed, randomFrom } from '../../support/random.js';
import { cut, cutTeam } from './power-cut.js';
import { USES } from './told.js';

describe.skipIf(!(await canLosePower()))('after a power cut', () => {
  it('everything that many clients were told, by all kinds of requests, is still there', async () => {
    const seed = freshSeed();
    const { lost, accepted } = await cut('machine', Object.values(USES), randomFrom(seed));
    expect(lost, `seed ${seed}, of ${accepted} tasks`).toEqual([]);
  });

  it('everything is still there that the team store has reported as stored', async () => {
    const seed = freshSeed();
    const { lost, stored } = await cutTeam('machine', randomFrom(seed));
    expect(lost, `seed ${seed}, of ${stored}`).toEqual([]);
  });

  it('some of it is gone if the durability is that of the process, and the rest is intact', async () => {
    const { lost, accepted } = await cut('process', Object.values(USES), randomFrom(freshSeed()));
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(accepted + 1);
    expect((await cutTeam('process', randomFrom(freshSeed()))).lost.length).toBeGreaterThan(0);
  });
});
