import { Role, TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { agentMessage, statusEvent, textPart } from '../../../src/tasks/events/a2a-events.js';
import { WHOLE_TASK } from '../../../src/tasks/log/chunk-rows.js';
import type { TaskSummary } from '../../../src/tasks/log/operator-view.js';
import type { ListQuery } from '../../../src/tasks/log/task-list.js';
import { until } from '../../support/until.js';
import { addTask, claim, completed, existing, newTask, words } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

export function messageRules(kind: StoreKind): void {
  it('if one message is stored many times at once, one call creates the task, and the others return that task', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const key = { owner: 'ann', contextKey: '', messageId: 'm', digest: 'same' };
    const outcomes = await Promise.all(
      [here, there, here, there].map(({ log }, index) => log.create({ ...newTask(`t-${index}`), key })),
    );
    const made = outcomes.flatMap((outcome) => ('head' in outcome ? [outcome.head.taskId] : []));
    const known = outcomes.flatMap((outcome) => ('known' in outcome ? [outcome.known] : []));
    expect(made).toHaveLength(1);
    expect(known).toEqual(Array(3).fill({ taskId: made[0], turn: 1, sameContent: true }));
    expect((await there.log.read.list({ owner: 'ann', pageSize: 100 })).total).toBe(1);
    expect(await here.log.read.findMessage({ ...key, digest: 'other' })).toMatchObject({ sameContent: false });
    expect(await here.log.read.findMessage({ ...key, owner: 'bob' })).toBeUndefined();
  });

  it('of many concurrent answers to a question one begins the next turn, and the others are not recorded', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const { taskId } = await addTask(here.log);
    const record = await existing(here.log, taskId);
    const writer = await claim(here.log, record);
    const question = agentMessage(record, [textPart('which one?')]);
    const asked = statusEvent(record, TaskState.TASK_STATE_INPUT_REQUIRED, { message: question });
    const pending = { requestId: 'r', request: 'question' as const, choices: [] };
    await writer?.finish([asked], { result: { kind: 'input-required', prompt: 'which one?' }, pending });
    const waiting = await existing(there.log, taskId);
    expect(await there.log.read.waiting('ann', record.contextId)).toEqual([taskId]);
    expect(waiting.pending).toEqual(pending);
    const outcomes = await Promise.all(
      [here, there, here].map(({ log }, index) => log.beginTurn(answer(waiting, `answer-${index}`))),
    );
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(2);
    const begun = outcomes.findIndex((outcome) => typeof outcome === 'object' && 'head' in outcome);
    const after = await existing(there.log, taskId);
    expect(after).toMatchObject({ turn: 2, attempt: 0, state: TaskState.TASK_STATE_SUBMITTED });
    expect(after.task.history.map(({ messageId }) => messageId)).toEqual([question.messageId, `answer-${begun}`]);
    expect(outcomes[begun]).toEqual({ head: await there.log.read.head(taskId) });
    const seen = await Promise.all(
      [0, 1, 2].map((index) => here.log.read.findMessage(answer(waiting, `answer-${index}`).said.key)),
    );
    expect(seen.map((found) => found !== undefined)).toEqual([0, 1, 2].map((index) => index === begun));
    expect(await there.log.beginTurn(answer(waiting, `answer-${begun}`))).toEqual({
      known: { taskId, turn: 2, sameContent: true },
    });
  });

  it("a listing has only the owner's tasks, page by page, newest status first", async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.push((await addTask(here.log)).taskId);
    const record = await existing(here.log, ids[1] ?? '');
    await here.log.settle(record.taskId, completed(record));
    const seen: string[] = [];
    let after: { readonly statusAt: number; readonly taskId: string } | undefined;
    do {
      const page = await there.log.read.list({ owner: 'ann', pageSize: 2, ...(after && { after }) });
      expect(page.total).toBe(5);
      seen.push(...page.records.map(({ taskId }) => taskId));
      after = page.next;
    } while (after);
    expect([...seen].sort()).toEqual([...ids].sort());
    const state = TaskState.TASK_STATE_COMPLETED;
    const found = await there.log.read.list({ owner: 'ann', state, pageSize: 100 });
    expect(found.records.map(({ taskId }) => taskId)).toEqual([record.taskId]);
    expect((await there.log.read.list({ owner: 'bob', pageSize: 100 })).total).toBe(0);
    expect(await there.log.read.get(record.taskId, 'bob')).toBeUndefined();
  });

  it('the operator lists the tasks of all owners page by page, newest status first, ended or not', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const ids: string[] = [];
    for (const owner of ['ann', 'bob', 'ann', 'cid', 'bob', 'ann']) {
      const task = newTask(crypto.randomUUID());
      await here.log.create({ ...task, key: { ...task.key, owner } });
      const record = await existing(here.log, task.task.id);
      if (ids.length % 2 === 0) await here.log.settle(record.taskId, completed(record));
      ids.unshift(record.taskId);
      const { statusAt } = await existing(there.log, record.taskId);
      await until('the next status is later', () => Date.now() > statusAt);
    }
    const seen: string[] = [];
    const { operator } = there.log;
    for (let last: TaskSummary | undefined; ; ) {
      const page = await operator.tasks({}, 4, last);
      last = page.at(-1);
      if (!last) break;
      seen.push(...page.map(({ id }) => id));
    }
    expect(seen).toEqual(ids);
    const narrowed = [
      { state: TaskState.TASK_STATE_COMPLETED },
      { state: TaskState.TASK_STATE_SUBMITTED, owner: 'bob' },
    ];
    const found = await Promise.all(narrowed.map((filter) => operator.tasks(filter, 9)));
    expect(found.map((tasks) => tasks.map(({ id }) => id))).toEqual([[ids[1], ids[3], ids[5]], [ids[4]]]);
    expect(await Promise.all(narrowed.map((filter) => operator.count(filter)))).toEqual([3, 1]);
  });

  it('a page ends before it has too many bytes of what the reader needs, and always has one task', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    for (let index = 0; index < 4; index++) {
      const record = await addTask(here.log);
      const writer = await claim(here.log, record);
      // The second task that is listed is larger than a page by itself.
      await writer?.append([words(record, 'x'.repeat(index === 2 ? 3_000 : 600), false)]);
      await writer?.finish([completed(record)], { result: { kind: 'completed', finalText: '' } });
      const { statusAt } = await existing(there.log, record.taskId);
      await until('the next task ends later', () => Date.now() > statusAt);
    }
    const pages = async (query: Partial<ListQuery>) => {
      const sizes: number[] = [];
      let after: ListQuery['after'];
      do {
        const page = await there.log.read.list({ owner: 'ann', pageSize: 100, ...query, ...(after && { after }) });
        expect(page.total).toBe(4);
        sizes.push(page.records.length);
        after = page.next;
      } while (after);
      return sizes;
    };
    const mostBytes = 2_500;
    expect(await pages({ mostBytes })).toEqual([4]);
    expect(await pages({ mostBytes, parts: { history: false, artifacts: true } })).toEqual([1, 1, 2]);
    const [whole] = (await there.log.read.list({ owner: 'ann', pageSize: 1, parts: WHOLE_TASK })).records;
    const [status] = (await there.log.read.list({ owner: 'ann', pageSize: 1 })).records;
    expect(status?.task).toEqual({ ...whole?.task, history: [], artifacts: [] });
    expect(whole?.task).toEqual((await there.log.read.get(whole?.taskId ?? ''))?.task);
  });
}

export function answer(record: Awaited<ReturnType<typeof existing>>, messageId: string) {
  const { taskId, contextId } = record;
  const message = { ...agentMessage(record, [textPart('that one')]), messageId, role: Role.ROLE_USER };
  return {
    head: record,
    said: { message, key: { owner: 'ann', contextKey: contextId, messageId, digest: 'd' } },
    input: { ...record.input, messageId, turn: record.turn + 1, taskId },
    runner: 'boot-1',
  };
}
