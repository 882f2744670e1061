import { TaskState } from '@a2a-js/sdk';
import type { StoredContext } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { statusEvent } from '../../../src/tasks/events/a2a-events.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { addTask, canceled, claim, completed, existing, newTask } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const CONTEXT_ID = 'c-1';
/** The engine's name of that context of the owner. */
const CONTEXT = `ann:${CONTEXT_ID}`;
const REFUSED = { code: 'canceled' };
const DONE = { result: { kind: 'completed', finalText: '' } } as const;

export function engineStoreRules(kind: StoreKind): void {
  it('a turn stores values and lists, and every process reads them', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const store = (await begin(here.log)).openEngineStore();
    const value = { text: 'a\u0000b \ud83d\ude00', list: [1, null, true] };
    await store.put('state', { first: true });
    await store.put('state', value);
    expect(await store.append('said', [{ value: 'one' }, { value: { two: 2 } }])).toBe(2);
    const other = there.log.engineRecords.of(CONTEXT);
    for (const stored of [store, other] as const) {
      expect(await stored.get('state')).toEqual(value);
      expect(await stored.get('no such key')).toBeUndefined();
      expect(await valuesOf(stored, 'said')).toEqual(['one', { two: 2 }]);
    }
    await store.delete('state');
    expect(await other.get('state')).toBeUndefined();
    expect(await valuesOf(other, 'said')).toHaveLength(2);
  });

  it('an entry whose id the list has is left out, also within one call', async () => {
    await using stores = await twoStores(kind);
    const store = (await begin(stores.here.log)).openEngineStore();
    const entry = (id: string) => ({ id, value: id });
    await store.append('said', [entry('a'), entry('b'), entry('a')]);
    expect(await store.append('said', [entry('b'), entry('c'), { value: 'no id' }])).toBe(6);
    await store.append('said', [{ value: 'no id' }]);
    await store.append('other', [entry('a')]);
    expect(await valuesOf(store, 'said')).toEqual(['a', 'b', 'c', 'no id', 'no id']);
    expect(await valuesOf(store, 'other')).toEqual(['a']);
  });

  it('lists page by page, and no position comes twice after a list was replaced', async () => {
    await using stores = await twoStores(kind);
    const store = (await begin(stores.here.log)).openEngineStore();
    const values = Array.from({ length: 450 }, (_, index) => index);
    const last = await store.append(
      'said',
      values.map((value) => ({ id: `id-${value}`, value })),
    );
    const first = await store.list('said', { limit: 400 });
    expect(first).toMatchObject({ more: true });
    const second = await store.list('said', { after: first.next });
    expect(second).toMatchObject({ more: false, next: last });
    expect([...first.entries, ...second.entries].map(({ value }) => value)).toEqual(values);
    expect(await store.list('said', { after: last })).toEqual({ entries: [], next: last, more: false });
    expect(await store.replace('said', [{ id: 'id-1', value: 'new' }])).toBeGreaterThan(last);
    expect((await store.list('said', { after: last })).entries).toMatchObject([{ id: 'id-1', value: 'new' }]);
    expect(await store.replace('said', [])).toBe(0);
  });

  it('a page holds at most 8 MiB, but at least one entry', async () => {
    await using stores = await twoStores(kind);
    const store = (await begin(stores.here.log)).openEngineStore();
    const large = 'x'.repeat(9 * 1024 * 1024);
    await store.append('said', [{ value: 'small' }, { value: large }, { value: 'last' }]);
    const pages: number[] = [];
    for (let after = 0, more = true; more; ) {
      const page = await store.list('said', { after });
      pages.push(page.entries.length);
      ({ next: after, more } = page);
    }
    expect(pages).toEqual([1, 1, 1]);
  });

  it('refuses what is too large, no JSON, or no key, and stores nothing of the call', async () => {
    await using stores = await twoStores(kind);
    const store = (await begin(stores.here.log)).openEngineStore();
    const tooLarge = 'x'.repeat(16 * 1024 * 1024);
    await expect(store.put('state', tooLarge)).rejects.toMatchObject({ code: 'invalid-request' });
    const entries = [{ value: 'small' }, { value: tooLarge }];
    await expect(store.append('said', entries)).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(store.put('', 1)).rejects.toMatchObject({ code: 'ADAPTER_CONTRACT_BROKEN' });
    await expect(store.put('state', undefined as never)).rejects.toMatchObject({ code: 'ADAPTER_CONTRACT_BROKEN' });
    expect(await store.get('state')).toBeUndefined();
    expect(await valuesOf(store, 'said')).toEqual([]);
  });

  it('two owners with the same context id do not meet', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    const task = newTask('of-bob', CONTEXT_ID);
    await log.create({ ...task, key: { ...task.key, owner: 'bob' } });
    const bobs = await claim(log, await existing(log, 'of-bob'));
    await (await begin(log)).openEngineStore().put('state', 'of ann');
    expect(await bobs?.openEngineStore().get('state')).toBeUndefined();
    await bobs?.openEngineStore().put('state', 'of bob');
    expect(await log.engineRecords.of(CONTEXT).get('state')).toBe('of ann');
    expect(await log.engineRecords.of('bob:c-1').get('state')).toBe('of bob');
  });

  it('a claim that is no longer the latest writes nothing, also before the latest one has used the store', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const stale = await begin(here.log);
    const store = stale.openEngineStore();
    await store.append('said', [{ value: 'before' }]);
    const fresh = await claim(there.log, await existing(there.log, stale.record.taskId), 'boot-2');
    await expect(store.append('said', [{ value: 'late' }])).rejects.toMatchObject(REFUSED);
    const next = fresh?.openEngineStore();
    await next?.append('said', [{ value: 'after' }]);
    await expect(store.put('state', 'late')).rejects.toMatchObject(REFUSED);
    await expect(store.replace('said', [])).rejects.toMatchObject(REFUSED);
    await expect(store.delete()).rejects.toMatchObject(REFUSED);
    await expect(stale.openEngineStore().put('state', 'late')).rejects.toMatchObject(REFUSED);
    expect(await valuesOf(here.log.engineRecords.of(CONTEXT), 'said')).toEqual(['before', 'after']);
  });

  it('a turn that has ended may write until another turn of the context has read', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const writer = await begin(here.log);
    const store = writer.openEngineStore();
    await store.put('state', 1);
    await writer.finish([completed(writer.record)], DONE);
    await store.put('state', 2);
    const next = (await begin(there.log)).openEngineStore();
    expect(await next.get('state')).toBe(2);
    await expect(store.put('state', 3)).rejects.toMatchObject(REFUSED);
    await next.put('state', 4);
    expect(await next.get('state')).toBe(4);
  });

  it('a turn that has ended takes no context, however it has ended, and so cannot disturb the next turn', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const settled = await begin(here.log);
    await there.log.settle(settled.record.taskId, canceled(settled.record));
    await here.log.disengage(settled.record.taskId, 'boot-1');
    const finished = await begin(here.log);
    await finished.finish([completed(finished.record)], DONE);
    const asked = await begin(here.log);
    const question = statusEvent(asked.record, TaskState.TASK_STATE_INPUT_REQUIRED);
    await asked.finish([question], { result: { kind: 'input-required', prompt: 'Which?' } });
    const next = (await begin(there.log)).openEngineStore();
    await next.put('state', 'of the next turn');
    for (const ended of [settled, finished, asked]) {
      await expect(ended.openEngineStore().put('state', 'late')).rejects.toMatchObject(REFUSED);
    }
    await next.put('state', 'still of the next turn');
  });

  it('an attempt ends the store of the attempt before', async () => {
    await using stores = await twoStores(kind);
    const writer = await begin(stores.here.log);
    const first = writer.openEngineStore();
    await first.put('state', 'first');
    const second = writer.openEngineStore();
    await expect(first.put('state', 'late')).rejects.toMatchObject(REFUSED);
    expect(await second.get('state')).toBe('first');
  });

  it('calls that were made at once take effect in their order', async () => {
    await using stores = await twoStores(kind);
    const store = (await begin(stores.here.log)).openEngineStore();
    const values = Array.from({ length: 50 }, (_, index) => index);
    const calls = values.map((value) => store.append('said', [{ value }]));
    const read = store.list('said');
    await Promise.all(calls);
    expect((await read).entries.map(({ value }) => value)).toEqual(values);
  });

  it('after a context was forgotten nothing of it is stored, and a late write does not bring it back', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const writer = await begin(here.log);
    const store = writer.openEngineStore();
    await store.put('state', 1);
    await store.append('said', [{ value: 1 }]);
    await writer.finish([completed(writer.record)], DONE);
    const { retention } = there.log;
    await retention.deleteEnded([writer.record.taskId], { forget: true });
    for (const due of await retention.conversations.due(Date.now(), 1)) await retention.conversations.forgotten(due);
    await expect(store.put('state', 2)).rejects.toMatchObject(REFUSED);
    await expect(writer.openEngineStore().put('state', 2)).rejects.toMatchObject(REFUSED);
    const stored = here.log.engineRecords.of(CONTEXT);
    expect(await stored.get('state')).toBeUndefined();
    expect(await valuesOf(stored, 'said')).toEqual([]);
  });
}

async function begin(log: TaskLog): Promise<TaskWriter> {
  const writer = await claim(log, await addTask(log, crypto.randomUUID(), CONTEXT_ID));
  if (!writer) throw new Error('The claim failed.');
  return writer;
}

async function valuesOf(store: StoredContext, key: string): Promise<readonly unknown[]> {
  return (await store.list(key)).entries.map(({ value }) => value);
}
