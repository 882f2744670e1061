import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { partOf, shareLimits } from '../../../src/execution/admission/limit-parts.js';
import { TurnQueue } from '../../../src/execution/admission/turn-queue.js';
import { ManualClock } from '../../support/manual-clock.js';
import { queueLimits } from '../../support/queue-limits.js';

const NEVER = new AbortController().signal;

it('one process has all of the limits, several have equal parts, and each has at least one of everything that is allowed', () => {
  const limits = queueLimits({ running: 10, waiting: 100, runningOfOwner: 3, waitingOfOwner: 7 });
  expect(partOf(limits, 1)).toEqual(limits);
  const part = { running: 3, waiting: 33, runningOfOwner: 1, waitingOfOwner: 2, waitingInContext: 16 };
  expect(partOf(limits, 3)).toEqual(part);
  const least = { running: 1, waiting: 1, runningOfOwner: 1, waitingOfOwner: 1, waitingInContext: 16 };
  expect(partOf(limits, 1_000)).toEqual(least);
  expect(partOf({ ...limits, waiting: 0 }, 2)).toMatchObject({ waiting: 0 });
});

it('while there are two processes half of the turns run here, and the others begin when one of the processes has gone', async () => {
  const clock = new ManualClock();
  const limits = queueLimits({ running: 4, waiting: 2 });
  const queue = new TurnQueue(limits);
  let processes = 2;
  const count = async () => {
    if (processes === 0) throw new Error('cannot be counted');
    return processes;
  };
  const stop = await shareLimits({ queue, limits, boots: { count }, clock, logger: silentLogger });
  const admit = (lane: string) => {
    const place = queue.admit({ owner: 'ann', lane });
    if ('full' in place) return place.full;
    void place.begin(NEVER);
    return 'admitted';
  };
  expect(['a', 'b', 'c', 'd'].map(admit)).toEqual(['admitted', 'admitted', 'admitted', 'server']);
  expect(queue.counts()).toMatchObject({ running: 2, waiting: 1 });
  processes = 0;
  await clock.pass(1_000);
  expect(queue.counts()).toMatchObject({ running: 2, waiting: 1 });
  processes = 1;
  await clock.pass(1_000);
  expect(queue.counts()).toMatchObject({ running: 3, waiting: 0 });
  stop();
  processes = 4;
  await clock.pass(5_000);
  expect(admit('e')).toBe('admitted');
  expect(queue.counts()).toMatchObject({ running: 4, waiting: 0 });
});
