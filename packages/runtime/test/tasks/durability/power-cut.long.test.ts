import { expect, it } from 'vitest';
import { freshSeed, randomFrom } from '../../support/random.js';
import { cut } from './power-cut.js';
import { USES } from './told.js';

it.each(Object.entries(USES))(
  'everything that a client was told is still there after a power cut: %s',
  { timeout: 120_000 },
  async (_kind, use) => {
    const seed = freshSeed();
    const { lost, accepted } = await cut('machine', [use], randomFrom(seed));
    expect(lost, `seed ${seed}, of ${accepted} tasks`).toEqual([]);
  },
);
