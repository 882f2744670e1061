import { expect, it, vi } from 'vitest';
import { KilledAgents } from './killed-agents.js';
import type { Moment } from './outside.js';

// Processes are started, which is slow on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

/** `killed.long.test.ts` kills at every step. */
it('of ten steps whose process is killed before, in and after one, each has one effect, and the answer is exact', async () => {
  await using agents = await KilledAgents.start(1);
  const kills: readonly (readonly [number, Moment])[] = [
    [2, 'before'],
    [5, 'middle'],
    [8, 'after'],
  ];
  for (const [number, moment] of kills) agents.outside.arm('short', number, moment, agents.kill);
  const task = await agents.run('short');
  expect(task.text).toBe('v1 v2 v3 v4 v5 v6 v7 v8 v9 v10 ');
  expect([agents.outside.kills, agents.outside.effects('short')]).toEqual([3, 10]);
  const { steps, wasReset } = await agents.recordsOf(task);
  expect(steps).toEqual(Array.from({ length: 10 }, (_, index) => `effect ${index + 1}`));
  expect(wasReset).toBe(false);
});
