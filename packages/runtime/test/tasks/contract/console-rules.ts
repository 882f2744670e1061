import { type Message, Role, TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { ENGINE_EVENT_KEY, statusEvent, textPart, userMessage } from '../../../src/tasks/events/a2a-events.js';
import { USAGE_KEY } from '../../../src/tasks/events/outcome-metadata.js';
import { questionEvent } from '../../../src/tasks/events/question-event.js';
import type { TaskRecord } from '../../../src/tasks/log/records.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { claim, completed, existing, newTask, words } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const COMPLETED = 'TASK_STATE_COMPLETED';
const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;

export function consoleRules(kind: StoreKind): void {
  it('pages of tasks have those of an owner, or of all, in the order of their status, whatever restricts them', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const { overview } = there.log;
    for (const [id, owner] of [
      ['a', 'ann'],
      ['b', 'bob'],
      ['c', 'ann'],
      ['d', 'bob'],
      ['e', 'ann'],
    ] as const) {
      await addTo(here.log, id, { owner, context: id < 'c' ? 'early' : 'late', text: `Title ${id}` });
    }
    for (const id of ['c', 'b', 'a']) await end(here.log, id);
    const ids = async (filter: object, most = 10) => {
      const found: string[] = [];
      const all = { owner: undefined, states: [], most };
      for (let after: { statusAt: number; taskId: string } | undefined; ; ) {
        const page = await overview.page({ ...all, ...filter, after });
        expect(page.tasks.length).toBeLessThanOrEqual(most);
        found.push(...page.tasks.map(({ taskId }) => taskId));
        after = page.next;
        if (!after) return found;
      }
    };
    for (const most of [1, 2, 10]) {
      expect(await ids({}, most)).toEqual(['a', 'b', 'c', 'e', 'd']);
      expect(await ids({ owner: 'ann' }, most)).toEqual(['a', 'c', 'e']);
      expect(await ids({ states: [COMPLETED] }, most)).toEqual(['a', 'b', 'c']);
      expect(await ids({ owner: 'bob', states: [COMPLETED, 'TASK_STATE_SUBMITTED'] }, most)).toEqual(['b', 'd']);
      expect(await ids({ states: [COMPLETED, 'TASK_STATE_SUBMITTED'] }, most)).toEqual(['a', 'b', 'c', 'e', 'd']);
      expect(await ids({ owner: 'ann', contextId: 'late' }, most)).toEqual(['c', 'e']);
      expect(await ids({ contextId: 'early' }, most)).toEqual(['a', 'b']);
      expect(await ids({ text: 'TITLE' }, most)).toEqual(['a', 'b', 'c', 'e', 'd']);
      expect(await ids({ text: 'lat', owner: 'ann' }, most)).toEqual(['c', 'e']);
      expect(await ids({ text: 'd', states: ['TASK_STATE_SUBMITTED'] }, most)).toEqual(['d']);
    }
    expect(await ids({ statusFrom: Date.now() + DAY_MS })).toEqual([]);
    expect(await ids({ statusBefore: Date.now() + DAY_MS })).toHaveLength(5);
  });

  it('a task has a title in one line, what it asks for while it waits, and why it failed', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await addTo(here.log, 'waits', { text: ` Two\n lines ${'x'.repeat(300)}` });
    const waits = await running(here.log, 'waits');
    const request = { requestId: 'r', request: 'question' as const, prompt: 'Why?', choices: [] };
    await waits.finish([questionEvent(waits.record, [request])], {
      result: { kind: 'input-required', prompt: 'Why?' },
      pending: { ...request, requests: [request] },
    });
    await addTo(here.log, 'fails', {});
    const fails = await running(here.log, 'fails');
    const message = agentSays('It broke.');
    await fails.finish([statusEvent(fails.record, TaskState.TASK_STATE_FAILED, { message })], {
      result: { kind: 'failed', code: 'BROKEN', message: 'It broke.' },
    });
    await addTo(here.log, 'long', { text: `A long one ${'x'.repeat(100_000)}` });
    const [first, second, long, ...none] = await there.log.overview.tasks(['waits', 'fails', 'long', 'missing']);
    expect(none).toEqual([]);
    expect(long).toMatchObject({ title: `A long one ${'x'.repeat(149)}` });
    expect(first).toMatchObject({ taskId: 'waits', title: `Two lines ${'x'.repeat(150)}`, terminal: false, turn: 1 });
    expect(first?.status).toMatchObject({ text: 'Why?', details: { requestId: 'r', request: 'question' } });
    expect(second).toMatchObject({ title: '', terminal: true, failureCode: 'BROKEN', status: { text: 'It broke.' } });
    expect((await there.log.overview.waiting('ann', 10)).map(({ taskId }) => taskId)).toEqual(['waits']);
    expect(await there.log.overview.waiting('bob', 10)).toEqual([]);
  });

  it('counts open and ended tasks, and lists conversations by their newest task', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    for (const [id, context] of [
      ['a', 'one'],
      ['b', 'two'],
      ['c', 'one'],
      ['d', 'three'],
    ] as const)
      await addTo(here.log, id, { context, owner: id === 'd' ? 'bob' : 'ann' });
    await end(here.log, 'a');
    const { overview } = there.log;
    const since = Date.now() - DAY_MS;
    expect(await overview.counts('ann', since)).toEqual({
      open: { TASK_STATE_SUBMITTED: 2 },
      ended: { [COMPLETED]: 1 },
    });
    expect(await overview.counts(undefined, since)).toEqual({
      open: { TASK_STATE_SUBMITTED: 3 },
      ended: { [COMPLETED]: 1 },
    });
    expect(await overview.counts(undefined, Date.now() + DAY_MS)).toMatchObject({ ended: {} });
    const all = await overview.conversations(undefined, 10);
    expect(all.conversations).toEqual([
      { owner: 'ann', contextId: 'one', newestTask: 'a', tasks: 2 },
      { owner: 'bob', contextId: 'three', newestTask: 'd', tasks: 1 },
      { owner: 'ann', contextId: 'two', newestTask: 'b', tasks: 1 },
    ]);
    const first = await overview.conversations('ann', 1);
    expect(first.conversations.map(({ contextId }) => contextId)).toEqual(['one']);
    const rest = await overview.conversations('ann', 10, first.next);
    expect(rest.conversations.map(({ contextId }) => contextId)).toEqual(['two']);
  });

  it('the recent tasks are the open ones and those that ended lately, each with a mark that changes with it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    for (const id of ['a', 'b']) await addTo(here.log, id, {});
    await end(here.log, 'b');
    const marks = async (from: number, most = 10) =>
      new Map((await there.log.overview.recent(from, most))?.map(({ id, mark }) => [id, mark]));
    const before = await marks(Date.now() - DAY_MS);
    expect([...before.keys()].toSorted()).toEqual(['a', 'b']);
    expect([...(await marks(Date.now() + DAY_MS)).keys()]).toEqual(['a']);
    const writer = await running(here.log, 'a');
    const begun = await marks(0);
    await writer.append([words(writer.record, 'x')]);
    const written = await marks(0);
    expect(new Set([before, begun, written].map((each) => each.get('a'))).size).toBe(3);
    expect(written.get('b')).toBe(before.get('b'));
    expect(await there.log.overview.recent(0, 1)).toBeUndefined();
  });

  it('events are read by their number, and a reader finds out which are stored', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await addTo(here.log, 'a', {});
    const writer = await running(here.log, 'a');
    for (let index = 0; index < 300; index++) await writer.append([words(writer.record, `${index} `, index % 2 === 0)]);
    const { overview } = there.log;
    const numbers = async (after: number, most: number) => {
      const { events, more } = await overview.events('a', after, most);
      return { first: events[0]?.seq, count: events.length, last: events.at(-1)?.seq, more };
    };
    expect(await numbers(0, 2_000)).toEqual({ first: 1, count: 301, last: 301, more: false });
    expect(await numbers(1, 299)).toEqual({ first: 2, count: 299, last: 300, more: true });
    expect(await numbers(1, 300)).toEqual({ first: 2, count: 300, last: 301, more: false });
    expect(await numbers(301, 5)).toMatchObject({ count: 0, more: false });
    expect(await overview.eventRange('a')).toEqual({ first: 1, complete: true });
    await writer.finish([completed(writer.record)], { result: { kind: 'completed', finalText: '' } });
    await here.log.compact(Date.now() + DAY_MS);
    expect(await overview.eventRange('a')).toEqual({ first: undefined, complete: false });
  });

  it('what a turn has used is one row, of its last report, and stays when the task is deleted by its age', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await addTo(here.log, 'a', { owner: 'ann' });
    await addTo(here.log, 'b', { owner: 'bob' });
    const writer = await running(here.log, 'a');
    await writer.append([used(writer, { inputTokens: 10, outputTokens: 1 }), words(writer.record, 'x')]);
    await writer.append([
      used(writer, {
        inputTokens: 12,
        outputTokens: 2,
        cachedInputTokens: 5,
        reasoningTokens: 1,
        costUsd: 0.25,
        model: 'm',
      }),
    ]);
    const other = await running(here.log, 'b');
    await other.finish([used(other, { inputTokens: 7, outputTokens: 7.4 }), completed(other.record)], {
      result: { kind: 'completed', finalText: '' },
    });
    const of = {
      inputTokens: 12,
      outputTokens: 2,
      cachedInputTokens: 5,
      reasoningTokens: 1,
      costUsd: 0.25,
      model: 'm',
    };
    const [task] = await there.log.overview.tasks(['a']);
    expect(task?.usage).toEqual(of);
    const range = { from: Date.now() - DAY_MS, before: Date.now() + DAY_MS };
    const byDay = (owner?: string, zoneMinutes = 0) => there.log.usage.byDay({ owner, zoneMinutes, ...range });
    const day = Math.floor(Date.now() / DAY_MS);
    const rows = [
      { owner: 'ann', day, turns: 1, ...of },
      {
        owner: 'bob',
        day,
        turns: 1,
        inputTokens: 7,
        outputTokens: 7,
        cachedInputTokens: 0,
        reasoningTokens: 0,
        costUsd: undefined,
        model: '',
      },
    ];
    expect(await byDay()).toEqual(rows);
    expect(await byDay('ann')).toEqual([rows[0]]);
    const zone = 14 * 60;
    expect((await byDay('ann', zone))[0]?.day).toBe(Math.floor((Date.now() + zone * 60_000) / DAY_MS));
    await writer.finish([completed(writer.record)], { result: { kind: 'completed', finalText: '' } });
    await here.log.retention.deleteEnded(['a']);
    expect(await byDay('ann')).toEqual([rows[0]]);
    await here.log.retention.deleteEnded(['b'], { forget: true });
    expect(await byDay()).toEqual([rows[0]]);
    await here.log.usage.deleteBefore(Date.now() - HOUR_MS);
    await here.log.usage.deleteBefore(Date.now() + HOUR_MS, 'bob');
    expect(await byDay()).toEqual([rows[0]]);
    await here.log.usage.deleteBefore(Date.now() + HOUR_MS, 'ann');
    expect(await byDay()).toEqual([]);
  });

  it('with steps, changes of state and tool calls stay under their numbers when events are deleted, and go with the task', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await addTo(here.log, 'a', {});
    const writer = await running(here.log, 'a');
    for (let index = 0; index < 700; index++) {
      await writer.append([words(writer.record, 'x'.repeat(10), index === 0)]);
      if (index % 100 === 0) await writer.append([toolCall(writer, index, 'y'.repeat(20_000))]);
    }
    await writer.finish([completed(writer.record)], { result: { kind: 'completed', finalText: '' } });
    const whole = await there.log.overview.events('a', 0, 2_000);
    await here.log.compact(Date.now() + DAY_MS, { keepsSteps: true });
    await here.log.compact(Date.now() + DAY_MS, { keepsSteps: true });
    const { events, more } = await there.log.overview.events('a', 0, 2_000);
    const steps = whole.events.filter(({ json }) => json.startsWith('{"statusUpdate"'));
    expect([events.map(({ seq }) => seq), more]).toEqual([steps.map(({ seq }) => seq), false]);
    expect(events).toHaveLength(9);
    for (const { json } of events) expect(json.length).toBeLessThan(9_000);
    expect(await there.log.overview.eventRange('a')).toEqual({ first: 1, complete: false });
    expect(await there.log.read.eventsAfter('a', 0)).toEqual([]);
    await here.log.disengage('a', 'boot-1');
    await here.log.retention.deleteEnded(['a']);
    expect((await there.log.overview.events('a', 0, 10)).events).toEqual([]);
  });

  it('the steps of one task are bounded: after 512 KB only changes of state stay', async () => {
    await using stores = await twoStores(kind);
    const { here } = stores;
    await addTo(here.log, 'a', {});
    const writer = await running(here.log, 'a');
    for (let index = 0; index < 100; index++) await writer.append([toolCall(writer, index, 'y'.repeat(20_000))]);
    await writer.finish([completed(writer.record)], { result: { kind: 'completed', finalText: '' } });
    await here.log.compact(Date.now() + DAY_MS, { keepsSteps: true });
    const { events } = await here.log.overview.events('a', 0, 2_000);
    const bytes = events.reduce((sum, { json }) => sum + json.length, 0);
    expect(bytes).toBeGreaterThan(500_000);
    expect(bytes).toBeLessThan(540_000);
    expect(events.at(-1)?.seq).toBe(102);
  });

  it('a refused append stores no usage', async () => {
    await using stores = await twoStores(kind);
    const { here } = stores;
    await addTo(here.log, 'a', {});
    const writer = await running(here.log, 'a');
    await here.log.settle('a', completed(await existing(here.log, 'a')));
    await expect(writer.append([used(writer, { inputTokens: 1, outputTokens: 1 })])).rejects.toThrow();
    const everything = { owner: undefined, from: 0, before: Date.now() + DAY_MS, zoneMinutes: 0 };
    expect(await here.log.usage.byDay(everything)).toEqual([]);
  });

  it('a process hears of its new tasks, and of deleted ones with their owner', async () => {
    await using stores = await twoStores(kind);
    const { here } = stores;
    const heard: string[] = [];
    for (const change of ['task', 'removed'] as const)
      here.changes.subscribe(change, (name) => heard.push(`${change} ${name}`));
    await addTo(here.log, 'a', { owner: 'ann' });
    await end(here.log, 'a');
    await here.log.retention.deleteEnded(['a']);
    expect(heard).toEqual(['task a', 'removed ["a","ann"]']);
  });
}

interface Added {
  readonly owner?: string;
  readonly context?: string;
  readonly text?: string;
}

/** Stores a task whose status is later than that of all others. */
async function addTo(log: TaskLog, id: string, { owner = 'ann', context, text }: Added): Promise<void> {
  const task = newTask(id, context);
  const history = text === undefined ? [] : [userMessage([textPart(text)], { messageId: id })];
  await later();
  await log.create({ ...task, task: { ...task.task, history }, key: { ...task.key, owner } });
}

async function running(log: TaskLog, id: string): Promise<TaskWriter> {
  const writer = await claim(log, await existing(log, id));
  if (!writer) throw new Error(`The turn of ${id} was not claimed.`);
  return writer;
}

async function end(log: TaskLog, id: string): Promise<void> {
  await later();
  const record: TaskRecord = await existing(log, id);
  await log.settle(id, completed(record));
}

function used({ record }: TaskWriter, usage: Readonly<Record<string, number | string>>) {
  return statusEvent(record, TaskState.TASK_STATE_WORKING, { metadata: { [USAGE_KEY]: usage } });
}

function toolCall({ record }: TaskWriter, id: number, text: string) {
  const call = { type: 'tool-call', id: String(id), name: 'write', input: { text } };
  return statusEvent(record, TaskState.TASK_STATE_WORKING, { metadata: { [ENGINE_EVENT_KEY]: call } });
}

function agentSays(text: string): Message {
  return { ...userMessage([textPart(text)]), role: Role.ROLE_AGENT };
}

/** Resolves in the next millisecond: statuses of the same one are in the order of their ids. */
async function later(): Promise<void> {
  const now = Date.now();
  while (Date.now() === now) await new Promise((resolve) => setImmediate(resolve));
}
