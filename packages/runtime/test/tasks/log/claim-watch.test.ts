import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { LocalChanges } from '../../../src/tasks/changes.js';
import { ClaimWatch } from '../../../src/tasks/log/claim-watch.js';
import type { Claim } from '../../../src/tasks/log/records.js';
import { TaskFeed } from '../../../src/tasks/log/task-feed.js';
import type { TaskReader } from '../../../src/tasks/log/task-reader.js';
import { until } from '../../support/until.js';

const WORKING = TaskState.TASK_STATE_WORKING;

it('what was read of a claim before the next one was made does not end the next one', async () => {
  const reads: PromiseWithResolvers<ReadonlyMap<string, Claim>>[] = [];
  const reader = {
    claimsOf() {
      const read = Promise.withResolvers<ReadonlyMap<string, Claim>>();
      reads.push(read);
      return read.promise;
    },
  } as unknown as TaskReader;
  const changes = new LocalChanges();
  const watch = new ClaimWatch(reader, changes, new TaskFeed(changes));
  const lost: (number | undefined)[] = [];
  const observer = { lost: (now?: Claim) => void lost.push(now?.fence), unread: () => {} };
  const stopFirst = watch.watch('t', 1, observer);
  changes.publish('t', 'turn');
  await until('the claim is read', () => reads.length > 0);
  stopFirst();
  const stopNext = watch.watch('t', 2, observer);
  for (const read of reads.splice(0)) read.resolve(new Map([['t', { state: WORKING, fence: 1 }]]));
  changes.publish('t', 'turn');
  await until('the next claim is read', () => reads.length > 0);
  expect(lost).toEqual([]);
  for (const read of reads) read.resolve(new Map([['t', { state: WORKING, fence: 3 }]]));
  await until('a later claim ends it', () => lost.length > 0);
  expect(lost[0]).toBe(3);
  stopNext();
});
