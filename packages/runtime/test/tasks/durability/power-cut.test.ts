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
});
