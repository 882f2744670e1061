import { expect, it } from 'vitest';
import type { AwaitedChange } from '../../../src/tasks/changes.js';
import { addTask, canceled, claim, completed, existing, words } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const NEVER = new AbortController().signal;

export function changeRules(kind: StoreKind): void {
  it('a write of a process ends the waits in the same process', async () => {
    await using stores = await twoStores(kind);
    const { log, changes } = stores.here;
    const record = await addTask(log);
    const { taskId } = record;
    /** The waits that have ended after the work is done. */
    const woken = async (work: () => Promise<unknown>) => {
      const over = new Set<string>();
      const awaited: readonly AwaitedChange[] = [
        { kind: 'events', taskId },
        { kind: 'turn', taskId },
        { kind: 'turn' },
        { kind: 'free' },
      ];
      const ended = new AbortController();
      const waits = awaited.map((change) =>
        changes.wait(change, ended.signal).then(() => {
          if (!ended.signal.aborted) over.add(`${change.kind}${change.taskId ? ' of the task' : ''}`);
        }),
      );
      await work();
      await Promise.resolve();
      ended.abort();
      await Promise.all(waits);
      return [...over];
    };
    const turn = ['events of the task', 'turn of the task', 'turn'];
    let writer: Awaited<ReturnType<typeof claim>>;
    expect(
      await woken(async () => {
        writer = await claim(log, record);
      }),
    ).toEqual(turn);
    expect(await woken(async () => writer?.append([words(record, 'a')]))).toEqual(['events of the task']);
    expect(await woken(async () => writer && log.release(writer.record))).toEqual(['free']);
    writer = await claim(log, await existing(log, taskId));
    expect(
      await woken(async () => writer?.finish([completed(record)], { result: { kind: 'completed', finalText: '' } })),
    ).toEqual(turn);
    const other = await addTask(log);
    expect(await woken(() => log.settle(other.taskId, canceled(other)))).toEqual(['turn']);
  });

  it('a wait ends if its signal is aborted', async () => {
    await using stores = await twoStores(kind);
    const ended = new AbortController();
    const wait = stores.here.changes.wait({ kind: 'events', taskId: 't' }, ended.signal);
    ended.abort();
    await wait;
    await stores.here.changes.wait({ kind: 'events', taskId: 't' }, ended.signal);
  });

  it('a wait ends after the safety interval, if no hint of another process arrives', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(there.log);
    const changed = here.changes.wait({ kind: 'turn', taskId: record.taskId }, NEVER);
    await there.log.settle(record.taskId, canceled(record));
    await changed;
    expect((await existing(here.log, record.taskId)).terminal).toBe(true);
  });
}
