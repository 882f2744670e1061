import { expect, it } from 'vitest';
import { addTask, claim, completed, existing, words } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const step = (seq: number, content = `{"seq":${seq}}`) => ({ seq, content });

export function stepRules(kind: StoreKind): void {
  it('steps are read in their order and in pages, and the events before a step are there with it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const writer = await claim(here.log, record);
    const large = `"${'x'.repeat(3_000_000)}"`;
    await writer?.saveStep(step(1, large), [words(record, 'one', false)]);
    await writer?.saveStep(step(2, large), []);
    await writer?.saveStep(step(3), []);
    expect((await there.log.read.eventsAfter(record.taskId, 0)).length).toBe(2);
    const first = await there.log.read.steps(record.taskId, 0);
    expect([first.rows.map(({ seq }) => seq), first.more]).toEqual([[1], true]);
    const rest = await there.log.read.steps(record.taskId, 1);
    expect([rest.rows.map(({ seq }) => seq), rest.more]).toEqual([[2, 3], false]);
    expect(rest.rows.at(-1)?.content).toBe('{"seq":3}');
  });

  it('a step of a claim that another process has taken is refused, and so are its events', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const writer = await claim(here.log, record);
    await claim(there.log, await existing(there.log, record.taskId), 'boot-2');
    await expect(writer?.saveStep(step(1), [words(record, 'late', false)])).rejects.toMatchObject({
      code: 'STALE_ATTEMPT',
    });
    expect((await there.log.read.steps(record.taskId, 0)).rows).toEqual([]);
  });

  it('the steps of an ended task are deleted with its checkpoint, and those of others are kept', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    const [over, running] = [await addTask(log), await addTask(log)];
    for (const record of [over, running]) await (await claim(log, record))?.saveStep(step(1), []);
    await log.settle(over.taskId, completed(over));
    await log.compact(Date.now() + 60_000);
    expect((await log.read.steps(over.taskId, 0)).rows).toEqual([]);
    expect((await log.read.steps(running.taskId, 0)).rows).toHaveLength(1);
  });

  it('a turn that is put away is no unfinished one until its time, when one process gets it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const { taskId } = record;
    const writer = await claim(here.log, record);
    const run = { turn: 1, next: 2, input: record.input };
    await writer?.putAway([words(record, 'asleep', false)], run, 5_000);
    expect(await there.log.read.unfinishedClaims()).toEqual([]);
    expect(await there.log.wakes.due(4_999)).toEqual([]);
    const due = await there.log.wakes.due(5_000);
    expect(due).toEqual([{ taskId, turn: 2 }]);
    // A look does not wait for the storage: a process that finds it locked looks again later.
    const taken = await Promise.allSettled(
      [here, there].map(({ log }) => log.wakes.take({ taskId, turn: 2 }, 'boot-2')),
    );
    const [head, ...others] = taken.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
    expect([head?.turn, head?.attempt, head?.runner, others]).toEqual([2, 0, 'boot-2', []]);
    expect((await there.log.read.unfinishedClaims()).map((one) => one.taskId)).toEqual([taskId]);
    if (!head) throw new Error('no process has it');
    const next = await claim(there.log, head, 'boot-2');
    expect(next?.record.run).toEqual(run);
    expect(next?.record).toMatchObject({ attempt: 1, input: { turn: 2, messageId: record.messageId } });
  });
}
