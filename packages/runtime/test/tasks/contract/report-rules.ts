import { expect, it } from 'vitest';
import { canceledEvent, failedEvent } from '../../../src/tasks/events/a2a-events.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { addTask, claim, completed } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

export function reportRules(kind: StoreKind): void {
  it('the begin and the end of each turn are recorded once, in order, if they are wanted', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    await endTurn(stores.here, 'before');
    expect(await log.turnReports.next(10)).toEqual([]);
    log.turnReports.want();
    await endTurn(stores.here, 'done');
    const reports = stores.there.log.turnReports;
    const [begun, ended] = await reports.next(10);
    expect([begun, ended]).toMatchObject([
      { taskId: 'done', turn: 1, end: undefined, isInDoubt: false },
      { taskId: 'done', turn: 1, end: { summary: 'hello', outcome: 'ok' } },
    ]);
    expect(await reports.next(10)).toHaveLength(2);
    await reports.sent(begun?.id ?? '');
    await reports.sending(ended?.id ?? '');
    expect(await log.turnReports.next(10)).toMatchObject([{ taskId: 'done', isInDoubt: true }]);
    await log.turnReports.notSent(ended?.id ?? '');
    expect(await reports.next(10)).toMatchObject([{ isInDoubt: false }]);
  });

  it('a turn that another process ends is recorded as stopped or failed, unless it has not begun', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    for (const each of [stores.here, stores.there]) each.log.turnReports.want();
    for (const id of ['canceled', 'failed', 'waiting']) {
      const record = await addTask(log, id);
      if (id !== 'waiting') await claim(log, record);
      const event =
        id === 'failed' ? failedEvent(record, { code: 'SOME_CODE', message: 'why' }) : canceledEvent(record);
      await stores.there.log.settle(id, event);
    }
    const ends = (await log.turnReports.next(10)).filter(({ end }) => end !== undefined);
    expect(ends.map(({ taskId, end }) => [taskId, end?.outcome, end?.error])).toEqual([
      ['canceled', 'stopped', undefined],
      ['failed', 'failed', 'SOME_CODE: why'],
    ]);
  });

  it('the oldest reports are dropped if there are too many', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    log.turnReports.want();
    for (const id of ['1', '2', '3']) await claim(log, await addTask(log, id));
    expect(await log.turnReports.trim(2)).toBe(1);
    expect(await log.turnReports.trim(2)).toBe(0);
    expect((await log.turnReports.next(10)).map(({ taskId }) => taskId)).toEqual(['2', '3']);
  });
}

async function endTurn({ log }: TaskStore, taskId: string): Promise<void> {
  const record = await addTask(log, taskId);
  const writer = await claim(log, record);
  await writer?.finish([completed(record)], { result: { kind: 'completed', finalText: 'done' } });
}
