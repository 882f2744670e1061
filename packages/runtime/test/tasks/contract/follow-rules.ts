import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { freshSeed, randomFrom } from '../../support/random.js';
import { addTask, canceled, claim, completed, existing, words } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

export function followRules(kind: StoreKind): void {
  it('a follower gets every event once, from whichever process and however fast they are written', async () => {
    const seed = freshSeed();
    const random = randomFrom(seed);
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const done = new AbortController();
    const followers = Array.from({ length: 6 }, async (_, index) => {
      const seen: number[] = [];
      for await (const { seq, event } of (index % 2 ? here : there).log.follow(record.taskId, 0, done.signal)) {
        seen.push(seq);
        if (random() < 0.05) await new Promise((resolve) => setTimeout(resolve, random() * 5));
        if (event.$case === 'statusUpdate' && event.value.status?.state === TaskState.TASK_STATE_COMPLETED) break;
      }
      return seen;
    });
    let writer = await claim(here.log, record);
    for (let round = 0; round < 600; round++) {
      // Another process takes over the turn at random.
      if (random() < 0.01)
        writer = await claim(random() < 0.5 ? there.log : here.log, await existing(there.log, record.taskId));
      await writer?.append(Array.from({ length: 1 + random() * 2 }, () => words(record, 'x')));
    }
    await writer?.finish([completed(record)], { result: { kind: 'completed', finalText: '' } });
    const { seq } = await existing(here.log, record.taskId);
    const expected = Array.from({ length: seq }, (_, index) => index + 1);
    for (const seen of await Promise.all(followers)) expect(seen, `seed ${seed}`).toEqual(expected);
  });

  it('a late follower gets the events after its number, and ends with the task', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const writer = await claim(here.log, record);
    for (const text of ['a', 'b', 'c']) await writer?.append([words(record, text)]);
    await here.log.settle(record.taskId, canceled(record));
    for (const log of [here.log, there.log]) {
      const seen: number[] = [];
      for await (const { seq } of log.follow(record.taskId, 2, new AbortController().signal)) seen.push(seq);
      expect(seen).toEqual([3, 4, 5]);
    }
  });

  it('a follower of a turn that this process runs gets the end that another process gives it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const writer = await claim(here.log, record);
    if (!writer) throw new Error('The turn was not claimed.');
    const stopWatching = here.log.claims.watch(record.taskId, writer.record.fence, { lost() {}, unread() {} });
    await writer.append([words(record, 'a')]);
    const seen: number[] = [];
    for await (const { seq } of here.log.follow(record.taskId, 0, new AbortController().signal)) {
      seen.push(seq);
      if (seq === 2) await there.log.settle(record.taskId, canceled(record));
    }
    stopWatching();
    expect(seen).toEqual([1, 2, 3]);
  });

  it('a follower of a task whose events were deleted ends', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    await here.log.settle(record.taskId, canceled(record));
    await here.log.compact(Date.now() + 60_000);
    const seen: number[] = [];
    for await (const { seq } of there.log.follow(record.taskId, 0, new AbortController().signal)) seen.push(seq);
    expect(seen).toEqual([]);
  });
}
