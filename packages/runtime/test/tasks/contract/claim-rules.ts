import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { failedEvent } from '../../../src/tasks/events/a2a-events.js';
import { answerOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { addTask, canceled, claim, completed, existing, newTask, words } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const DONE = { result: { kind: 'completed', finalText: '' } } as const;

export function claimRules(kind: StoreKind): void {
  it('of many concurrent claims of a turn one succeeds', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const logs = [here.log, there.log, here.log, there.log];
    const writers = await Promise.all(logs.map((log, boot) => claim(log, record, `boot-${boot}`)));
    expect(writers.filter((writer) => writer !== undefined)).toHaveLength(1);
    expect(await existing(there.log, record.taskId)).toMatchObject({ attempt: 1, fence: 1, seq: 1 });
  });

  it('a new task is claimed with its acceptance if its turn is the next one of its conversation, and otherwise stored only', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [first, second] = await Promise.all(
      ['t-1', 't-2'].map((id) => here.log.create({ ...newTask(id, 'c'), claim: { durable: true } })),
    );
    if (!first || !('head' in first) || !second || !('head' in second)) throw new Error('The messages are new.');
    expect(second).toMatchObject({ head: { taskId: 't-2', attempt: 0, fence: 0, seq: 0 } });
    expect(second.writer).toBeUndefined();
    expect(first.writer?.record).toMatchObject({
      attempt: 1,
      fence: 1,
      seq: 1,
      durable: true,
      input: { taskId: 't-1' },
    });
    await first.writer?.append([words(first.head, 'begun')]);
    const found = await existing(there.log, 't-1');
    expect(found).toMatchObject({ attempt: 1, fence: 1, seq: 2, durable: true, state: TaskState.TASK_STATE_WORKING });
    expect(answerOf(found.task)).toBe('begun');
    await first.writer?.finish([completed(first.head)], DONE);
    expect((await there.log.read.get('t-1'))?.task).toMatchObject({
      status: { state: TaskState.TASK_STATE_COMPLETED },
    });
  });

  it('a turn that another process has claimed since it was read is not ended by who has read it before', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const read = await addTask(here.log);
    const writer = await claim(there.log, read, 'boot-2');
    const failure = failedEvent(read, { code: 'TURN_LOST', message: 'No process runs it.' });
    expect(await here.log.settle(read.taskId, failure, { fence: read.fence })).toBeUndefined();
    await writer?.finish([completed(read)], DONE);
    expect((await existing(here.log, read.taskId)).state).toBe(TaskState.TASK_STATE_COMPLETED);
  });

  it('a writer whose claim is no longer the latest writes nothing more', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const stale = await claim(here.log, record, 'boot-1');
    await stale?.append([words(record, 'before', false)]);
    const fresh = await claim(there.log, await existing(there.log, record.taskId), 'boot-2');
    expect(fresh?.attempt).toBe(2);
    const refused = { code: 'STALE_ATTEMPT' };
    await expect(stale?.append([words(record, ' stale')])).rejects.toMatchObject(refused);
    await expect(stale?.saveCheckpoint({ stale: true }).written).rejects.toMatchObject(refused);
    await expect(stale?.finish([completed(record)], DONE)).rejects.toMatchObject(refused);
    await fresh?.append([words(record, ' fresh')]);
    const after = await existing(here.log, record.taskId);
    expect(answerOf(after.task)).toBe('before fresh');
    expect(after.checkpoint).toBeUndefined();
  });

  it('of many concurrent ends of a task one succeeds, and nothing changes the task afterwards', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const writer = await claim(here.log, record);
    const finished = writer?.finish([completed(record)], DONE);
    const settled = [here, there, here, there, here].map(({ log }) => log.settle(record.taskId, canceled(record)));
    const outcomes = await Promise.allSettled([finished?.then(() => true), ...settled]);
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value !== undefined);
    expect(winners).toHaveLength(1);
    const over = await existing(there.log, record.taskId);
    expect(over.terminal).toBe(true);
    await expect(writer?.append([words(record, 'late')])).rejects.toMatchObject({ code: 'TASK_TERMINAL' });
    expect(await claim(there.log, over)).toBeUndefined();
    expect(await there.log.settle(record.taskId, completed(record))).toBeUndefined();
    expect(await existing(here.log, record.taskId)).toEqual(over);
  });

  it('a released turn can be claimed, and only its latest claim can release it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const first = await claim(here.log, record, 'boot-1');
    const second = await claim(there.log, await existing(there.log, record.taskId), 'boot-2');
    if (!first || !second) throw new Error('A claim failed.');
    await here.log.release(first.record);
    expect((await existing(there.log, record.taskId)).runner).toBe('boot-2');
    await there.log.release(second.record);
    expect((await existing(here.log, record.taskId)).runner).toBeUndefined();
    expect(await here.log.read.unfinishedClaims()).toEqual([
      { taskId: record.taskId, turn: 1, fence: 2, runner: undefined, engaged: 'boot-2' },
    ]);
  });

  it('a writer whose append failed appends nothing more, because events would be missing', async () => {
    await using place = await kind.place();
    const store = await place.open();
    const record = await addTask(store.log);
    const writer = await claim(store.log, record);
    await writer?.append([words(record, 'a', false)]);
    await store[Symbol.asyncDispose]();
    await expect(writer?.append([words(record, 'b')])).rejects.toThrow();
    const first = await writer?.append([words(record, 'c')]).catch((error: unknown) => error);
    const second = await writer?.append([words(record, 'd')]).catch((error: unknown) => error);
    expect(second).toBe(first);
    if (!kind.isShared) return;
    const again = await place.open();
    expect(answerOf((await existing(again.log, record.taskId)).task)).toBe('a');
  });

  it('abandoned work is recorded in the transaction that ends the task, if a listener is set that releases it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [before, after] = [await addTask(here.log), await addTask(here.log)];
    for (const record of [before, after]) await claim(here.log, record);
    await here.log.settle(before.taskId, canceled(before));
    let told = 0;
    here.log.abandonedWork.onRecorded(() => told++);
    await here.log.settle(after.taskId, canceled(after));
    expect(told).toBe(1);
    const held = await there.log.abandonedWork.all();
    expect(held).toMatchObject([
      { work: { taskId: after.taskId, messageId: after.taskId, reason: 'canceled' }, runner: 'boot-1', tries: 0 },
    ]);
    await there.log.abandonedWork.failedAgain(after.taskId);
    expect(await here.log.abandonedWork.all()).toMatchObject([{ tries: 1 }]);
    await there.log.abandonedWork.remove(after.taskId);
    expect(await here.log.abandonedWork.all()).toEqual([]);
  });

  it('a turn that fails records what its engine may hold together with its last event, and one that completes records nothing', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    here.log.abandonedWork.onRecorded(() => {});
    const [failing, completing] = [await addTask(here.log), await addTask(here.log)];
    const failed = failedEvent(failing, { code: 'ENGINE_INTERNAL', message: 'It broke.' });
    const result = { kind: 'failed', code: 'ENGINE_INTERNAL', message: 'It broke.' } as const;
    await (await claim(here.log, failing))?.finish([failed], { result });
    await (await claim(here.log, completing))?.finish([completed(completing)], DONE);
    expect(await there.log.abandonedWork.all()).toMatchObject([
      { work: { taskId: failing.taskId, reason: 'ended' }, runner: 'boot-1' },
    ]);
  });

  it('the claims of many tasks are read some at a time, and other work runs in between', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [first, last] = [await addTask(here.log), await addTask(here.log)];
    await claim(here.log, last);
    const missing = Array.from({ length: 700 }, (_, index) => `missing-${index}`);
    let turns = 0;
    let isRead = false;
    const count = () => {
      if (isRead) return;
      turns++;
      setImmediate(count);
    };
    setImmediate(count);
    const claims = await there.log.read.claimsOf([first.taskId, ...missing, last.taskId]);
    isRead = true;
    expect([...claims]).toEqual([
      [first.taskId, { state: TaskState.TASK_STATE_SUBMITTED, fence: 0 }],
      [last.taskId, { state: TaskState.TASK_STATE_WORKING, fence: 1 }],
    ]);
    expect(turns).toBeGreaterThan(1);
  });

  it('a watch finds that another process has claimed or canceled a task, and only that', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const found: string[] = [];
    const watched = async (name: string) => {
      const record = await addTask(here.log);
      const writer = await claim(here.log, record);
      const lost = (now: { readonly state: TaskState } | undefined) => found.push(`${name} ${now?.state}`);
      here.log.claims.watch(record.taskId, 1, { lost, unread: (error) => found.push(String(error)) });
      return { record, writer };
    };
    const [canceledTask, claimedTask, runningTask] = [
      await watched('canceled'),
      await watched('claimed'),
      await watched('running'),
    ];
    await runningTask.writer?.append([words(runningTask.record, 'goes on', false)]);
    await there.log.settle(canceledTask.record.taskId, canceled(canceledTask.record));
    await claim(there.log, await existing(there.log, claimedTask.record.taskId), 'boot-2');
    await until('both are found', () => new Set(found).size === 2);
    expect([...new Set(found)].sort()).toEqual([
      `canceled ${TaskState.TASK_STATE_CANCELED}`,
      `claimed ${TaskState.TASK_STATE_WORKING}`,
    ]);
  });
}
