import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { statusEvent } from '../../../src/tasks/events/a2a-events.js';
import type { TaskEvent } from '../../../src/tasks/events/task-event.js';
import type { PushConfig } from '../../../src/tasks/log/push/push-config.js';
import { MOST_OF_TASK } from '../../../src/tasks/log/push/push-configs.js';
import type { TaskHead } from '../../../src/tasks/log/records.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { addTask, canceled, claim, completed, existing, newTask, words } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { answer } from './message-rules.js';
import { twoStores } from './two-stores.js';

export function pushRules(kind: StoreKind): void {
  it('each change of state of a task is to be told in order, once, and at its end the whole task', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    await log.create({ ...newTask('t'), push: config('one') });
    const record = await existing(log, 't');
    const writer = await claim(log, record);
    await writer?.append([words(record, 'hello')]);
    await writer?.finish([completed(record)], { result: { kind: 'completed', finalText: 'hello' } });
    expect(await told(stores.there, 't', 'one')).toEqual([
      [1, 'TASK_STATE_WORKING'],
      [3, 'TASK_STATE_COMPLETED'],
      [4, 'task'],
    ]);
    await log.push.deliveries.catchUp();
    expect(await log.push.deliveries.pending(10)).toEqual([]);
    expect((await log.push.list({}, 10)).map(({ state }) => state)).toEqual(['done']);
  });

  it('a task for which nobody asked is told to nobody', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    await claim(log, await addTask(log, 't'));
    await log.push.configs.put('ann', (await addTask(log, 'other')).taskId, config('one'));
    expect(await log.push.deliveries.pending(10)).toEqual([]);
  });

  it('a cancel by another process is told, and a config that comes during a turn is told what follows', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log, 't');
    await claim(here.log, record);
    expect(await there.log.push.configs.put('ann', 't', config('late'))).toBe(true);
    await there.log.settle('t', canceled(record));
    expect(await told(here, 't', 'late')).toEqual([
      [2, 'TASK_STATE_CANCELED'],
      [3, 'task'],
    ]);
  });

  it('a config that comes after the end is told the end, and two configs of a task are told apart', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    const record = await addTask(log, 't');
    await log.push.configs.put('ann', 't', config('early'));
    await log.settle('t', canceled(record));
    expect(await told(stores.there, 't', 'early')).toHaveLength(2);
    await log.push.configs.put('ann', 't', config('late'));
    expect(await told(stores.there, 't', 'late')).toEqual([[2, 'task']]);
    expect(await told(stores.there, 't', 'early')).toEqual([]);
  });

  it('a config that is sent again after the end is told the end again, once', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    const record = await addTask(log, 't');
    await log.push.configs.put('ann', 't', config('one'));
    await log.settle('t', canceled(record));
    expect(await told(stores.there, 't', 'one')).toHaveLength(2);
    await log.push.configs.put('ann', 't', { ...config('one'), url: 'https://example.com/new' });
    expect(await told(stores.there, 't', 'one')).toEqual([[2, 'task']]);
  });

  it('what becomes of a notification is not recorded for a config that has taken the place of the one it was sent with', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    const { deliveries } = stores.there.log.push;
    const changed = {
      url: 'https://example.com/new',
      token: 'new',
      scheme: undefined,
      credentials: 'new',
      version: '0.3',
    };
    await addTask(log, 't');
    for (const field of Object.keys(changed)) await log.push.configs.put('ann', 't', config(field));
    await claim(log, await existing(log, 't'));
    const failure = { at: 5, tries: 1, reason: 'no', notBefore: 9, unreachable: false, disable: true };
    for (const [field, value] of Object.entries(changed)) {
      const used = { ...config(field), taskId: 't' };
      const replaced = { ...config(field), [field]: value };
      await log.push.configs.put('ann', 't', replaced);
      await deliveries.sent(used, 1, false);
      expect(await deliveries.failed(used, failure)).toBe(false);
      expect(await deliveries.next(used)).toMatchObject({ seq: 1, config: replaced });
      expect(await deliveries.failed({ ...used, ...replaced }, failure)).toBe(true);
    }
    expect(await deliveries.pending(10)).toEqual([]);
  });

  it('a next turn, and answers that begin none, are hinted at', async () => {
    await using stores = await twoStores(kind);
    const { log, changes } = stores.here;
    await log.create({ ...newTask('t'), push: config('one') });
    await ask(log);
    const hints: string[] = [];
    changes.subscribe('push', (taskId) => hints.push(taskId));
    const waiting = await existing(log, 't');
    const { said } = answer(waiting, 'part');
    const pending = { ...QUESTION, requests: [{ ...QUESTION, prompt: 'Which?' }] };
    expect(await log.recordAnswers({ head: waiting, said, pending, event: asked(waiting) })).toBe('recorded');
    expect(hints.splice(0)).toContain('t');
    await log.beginTurn(answer(await existing(log, 't'), 'rest'));
    expect(hints).toContain('t');
  });

  it('a config belongs to the owner of its task: others cannot make, read or delete it', async () => {
    await using stores = await twoStores(kind);
    const { configs } = stores.here.log.push;
    await addTask(stores.here.log, 't');
    expect(await configs.put('bob', 't', config('one'))).toBe(false);
    expect(await configs.put('ann', 't', config('one'))).toBe(true);
    expect(await configs.list('bob', 't')).toEqual([]);
    await configs.remove('bob', { taskId: 't', id: 'one' });
    expect(await configs.get('ann', 't', 'one')).toEqual(config('one'));
    await configs.remove('ann', { taskId: 't', id: 'one' });
    await configs.remove('ann', { taskId: 't', id: 'one' });
    expect(await configs.get('ann', 't')).toBeUndefined();
  });

  it('a config of the same id takes the place of the one before, and a task has a bounded number', async () => {
    await using stores = await twoStores(kind);
    const { configs } = stores.here.log.push;
    await addTask(stores.here.log, 't');
    for (let number = 0; number < MOST_OF_TASK; number++) {
      expect(await configs.refusal('ann', { taskId: 't', id: `c${number}` })).toBeUndefined();
      await configs.put('ann', 't', config(`c${number}`));
    }
    expect(await configs.refusal('ann', { taskId: 't', id: 'more' })).toBe('task');
    expect(await configs.refusal('ann', { taskId: 't', id: 'c3' })).toBeUndefined();
    await configs.put('ann', 't', { ...config('c3'), url: 'https://example.com/new' });
    expect(await configs.list('ann', 't')).toHaveLength(MOST_OF_TASK);
    expect(await configs.get('ann', 't', 'c3')).toMatchObject({ url: 'https://example.com/new' });
  });

  it('a failure is kept until a success; what goes to a place that nobody reached waits with it', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    const { deliveries } = stores.there.log.push;
    for (const id of ['t', 'u']) await log.create({ ...newTask(id), push: config('one') });
    for (const id of ['t', 'u']) await claim(log, await existing(log, id));
    const used = { ...config('one'), taskId: 't' };
    const failure = { at: 5, tries: 1, reason: 'no answer', notBefore: 1_000, unreachable: true, disable: false };
    await deliveries.failed(used, failure);
    await deliveries.failed(used, { ...failure, at: 9, tries: 2, notBefore: 2_000 });
    await deliveries.postpone('https://example.com', { ...failure, tries: 2, notBefore: 2_000 });
    expect(await deliveries.pending(10)).toMatchObject([
      { tries: 2, failingSince: 5, notBefore: 2_000 },
      { tries: 2, failingSince: 5, notBefore: 2_000 },
    ]);
    expect(await deliveries.pending(10, { origins: ['https://example.com'] })).toEqual([]);
    expect(await deliveries.pending(10, { owners: ['nobody'] })).toHaveLength(2);
    expect(await deliveries.pending(10, { owners: ['ann'] })).toEqual([]);
    expect(await log.push.list({ taskId: 't' }, 10)).toMatchObject([
      { state: 'failing', tries: 2, behind: 1, lastError: 'no answer' },
    ]);
    await deliveries.sent(used, 1, false);
    await deliveries.resume('https://example.com');
    expect(await deliveries.pending(10)).toMatchObject([{ taskId: 'u', notBefore: 0 }]);
    await deliveries.failed({ ...used, taskId: 'u' }, { ...failure, disable: true });
    expect(await deliveries.pending(10)).toEqual([]);
    expect(await log.push.list({ failing: true }, 10)).toMatchObject([{ taskId: 'u', state: 'disabled' }]);
  });

  it('is deleted with its task', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    await log.create({ ...newTask('t'), push: config('one') });
    await log.settle('t', canceled(await existing(log, 't')));
    await log.retention.deleteEnded(['t']);
    expect(await log.push.list({}, 10)).toEqual([]);
    expect(await log.push.deliveries.pending(10)).toEqual([]);
  });
}

const QUESTION = { requestId: 'r', request: 'question', choices: [] } as const;

function asked(record: TaskHead): TaskEvent {
  return statusEvent(record, TaskState.TASK_STATE_INPUT_REQUIRED);
}

/** Lets the task wait for an answer. */
async function ask(log: TaskLog): Promise<void> {
  const record = await existing(log, 't');
  const writer = await claim(log, record);
  const pending = { ...QUESTION, requests: [{ ...QUESTION, prompt: 'Which?' }] };
  await writer?.finish([asked(record)], { result: { kind: 'input-required', prompt: 'Which?' }, pending });
}

function config(id: string): PushConfig {
  return {
    id,
    url: 'https://example.com/hook',
    token: undefined,
    scheme: 'Bearer',
    credentials: 'secret',
    version: '1.0',
  };
}

/** Takes what a config is to be told, as if it was delivered: the numbers, and the states, or that it is the whole task. */
async function told({ log }: TaskStore, taskId: string, id: string): Promise<readonly (readonly [number, string])[]> {
  const { deliveries } = log.push;
  const found: (readonly [number, string])[] = [];
  for (let row = await deliveries.next({ taskId, id }); row; row = await deliveries.next({ taskId, id })) {
    found.push([row.seq, row.event === undefined ? 'task' : (/TASK_STATE_\w+/.exec(row.event)?.[0] ?? '')]);
    await deliveries.sent(row.config, row.seq, row.event === undefined);
  }
  return found;
}
