import { expect, it } from 'vitest';
import { SharedReads } from '../../src/console/live/shared-reads.js';
import type { TaskCounts } from '../../src/tasks/log/overview/task-counts.js';

it('makes counts that take long less often, and says when the next ones are due', async () => {
  let counted = 0;
  const pending: ((counts: TaskCounts) => void)[] = [];
  const overview = {
    tasks: async () => [],
    counts: () => {
      counted++;
      return new Promise<TaskCounts>((resolve) => pending.push(resolve));
    },
  };
  const late: number[] = [];
  const reads = new SharedReads(overview, { onRead: () => {}, onLate: (inMs) => late.push(inMs) });
  const first = reads.counts('ann');
  expect(reads.counts('ann')).toBe(first);
  // The count takes some time.
  const begun = performance.now();
  while (performance.now() - begun < 20) await new Promise((resolve) => setImmediate(resolve));
  pending.shift()?.({ open: {}, ended: {} });
  await first;
  expect([counted, late]).toEqual([1, []]);
  reads.forget();
  expect(reads.counts('ann')).toBe(first);
  expect(counted).toBe(1);
  expect(late[0]).toBeGreaterThan(100);
  void reads.counts('bob');
  expect(counted).toBe(2);
});
