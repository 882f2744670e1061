import { expect, it } from 'vitest';
import type { TaskRecord } from '../../../src/tasks/log/records.js';
import type { Conversation } from '../../../src/tasks/log/retention/due-tasks.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import { canceled, claim, completed, existing, newTask } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

/** Of a race. */
const ROUNDS = 10;
const TALK: Conversation = { owner: 'ann', contextId: 'talk' };

export function retentionRules(kind: StoreKind): void {
  it('deletes ended tasks with their messages and events, and no task that has not ended', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const ended = await endedTask(here.log, 'ended');
    const running = await addTo(here.log, 'running');
    const [deleted] = await here.log.retention.deleteEnded([ended.taskId, running.taskId, 'no-such-task']);
    expect(deleted).toEqual({ taskId: 'ended', ...TALK });
    expect(await there.log.read.get('ended')).toBeUndefined();
    expect(await there.log.read.eventsAfter('ended', 0)).toEqual([]);
    expect(await there.log.read.findMessage(keyOf('ended'))).toBeUndefined();
    expect(await there.log.read.get('running')).toMatchObject({ taskId: 'running' });
    expect(await there.log.read.findMessage(keyOf('running'))).toBeDefined();
    expect(await here.log.retention.deleteEnded(['ended', 'running'])).toEqual([]);
  });

  it('a follower of a task ends when the task is deleted', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const { taskId } = await addTo(here.log, 'followed');
    const given = new AbortController();
    const follower = there.log.follow(taskId, 100, given.signal)[Symbol.asyncIterator]();
    const end = follower.next();
    const patience = setTimeout(() => given.abort(), 20_000);
    await here.log.settle(taskId, canceled(await existing(here.log, taskId)));
    await here.log.retention.deleteEnded([taskId]);
    expect([await end, given.signal.aborted]).toEqual([{ done: true, value: undefined }, false]);
    clearTimeout(patience);
  });

  it('a turn cannot write to a task that was deleted, and it cannot be settled', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const writer = await claim(here.log, await addTo(here.log, 'gone'));
    await there.log.settle('gone', canceled(await existing(there.log, 'gone')));
    // As recovery does for a boot that counts as dead.
    await there.log.disengage('gone', 'boot-1');
    await there.log.retention.deleteEnded(['gone']);
    const late = writer?.finish([completed(writer.record)], { result: { kind: 'completed', finalText: '' } });
    await expect(late).rejects.toThrow();
    expect(await here.log.settle('gone', completed(newRecordOf('gone')))).toBeUndefined();
    expect(await here.log.read.get('gone')).toBeUndefined();
  });

  it('nothing of a task is deleted while the engine of a process works on it, also if the task has ended', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const writer = await claim(here.log, await addTo(here.log, 'busy'));
    await there.log.settle('busy', canceled(await existing(there.log, 'busy')));
    expect(writer?.isEngaged).toBe(true);
    const { retention } = there.log;
    const { conversations } = retention;
    const found = async () => ({
      byAge: await retention.endedBefore(later(), 10),
      inConversation: await retention.endedIn(TALK, later(), 10),
      taken: (await conversations.take(await conversations.due(later(), 10), 'boot-2')).length,
    });
    expect(await retention.deleteEnded(['busy'], { forget: true })).toEqual([]);
    expect(await conversations.mark([TALK], later())).toBe(1);
    expect(await found()).toEqual({ byAge: [], inConversation: [], taken: 0 });
    await here.log.disengage('busy', 'boot-1');
    expect(await found()).toEqual({ byAge: ['busy'], inConversation: ['busy'], taken: 1 });
    expect(await retention.deleteEnded(['busy'])).toHaveLength(1);
  });

  it('finds ended tasks by their age, oldest first', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    for (const id of ['first', 'second', 'third']) await endedTask(log, id);
    await addTo(log, 'running');
    expect(await log.retention.endedBefore(later(), 2)).toEqual(['first', 'second']);
    expect(await log.retention.endedBefore(later(), 10)).toEqual(['first', 'second', 'third']);
    expect(await log.retention.endedBefore(0, 10)).toEqual([]);
  });

  it('lists conversations page by page, each with its last activity', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    for (const contextId of ['b', 'a', 'c']) {
      await endedTask(log, `${contextId}-1`, { owner: 'ann', contextId });
      await endedTask(log, `${contextId}-2`, { owner: 'ann', contextId });
    }
    await endedTask(log, 'bob', { owner: 'bob', contextId: 'a' });
    const first = await log.retention.conversationsAfter(undefined, 2);
    const rest = await log.retention.conversationsAfter(first[1], 10);
    expect([...first, ...rest].map(({ owner, contextId }) => `${owner}:${contextId}`)).toEqual([
      'ann:a',
      'ann:b',
      'ann:c',
      'bob:a',
    ]);
    expect(first[0]?.activeAt).toBeGreaterThan(0);
  });

  it('marks a conversation without activity as to be forgotten, and none with an unfinished or newer task', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const { conversations } = here.log.retention;
    await endedTask(here.log, 'old');
    await endedTask(here.log, 'other', { owner: 'ann', contextId: 'busy' });
    await addTo(here.log, 'unfinished', { owner: 'ann', contextId: 'busy' });
    const all = [TALK, { owner: 'ann', contextId: 'busy' }, { owner: 'bob', contextId: 'talk' }];
    expect(await conversations.mark(all, 1)).toBe(0);
    expect(await conversations.mark(all, later())).toBe(1);
    expect(await there.log.retention.conversations.due(Date.now(), 10)).toMatchObject([TALK]);
    expect(await there.log.retention.conversations.find({ owner: 'bob', contextId: 'talk' })).toBeUndefined();
  });

  it('refuses claims in a conversation that is to be forgotten, until it is forgotten', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await endedTask(here.log, 'old');
    await here.log.retention.conversations.mark([TALK], later());
    const next = await addTo(there.log, 'next');
    const elsewhere = await addTo(there.log, 'elsewhere', { owner: 'bob', contextId: TALK.contextId });
    expect(await claim(there.log, next)).toBeUndefined();
    expect(await claim(there.log, elsewhere)).toBeDefined();
    const [due] = await here.log.retention.conversations.due(Date.now(), 1);
    if (due === undefined) throw new Error('nothing is due');
    expect(await here.log.retention.endedIn(due, due.activeAt, 10)).toEqual(['old']);
    await here.log.retention.conversations.forgotten(due);
    expect(await claim(there.log, next)).toBeDefined();
  });

  it('one boot takes a conversation, and may take it again; after a failure every boot may, but not at once', async () => {
    await using stores = await twoStores(kind);
    const { conversations } = stores.here.log.retention;
    const elsewhere = stores.there.log.retention.conversations;
    await endedTask(stores.here.log, 'old');
    await conversations.mark([TALK], later());
    const due = await dueNow(conversations);
    expect(await conversations.take([due], 'boot-a')).toHaveLength(1);
    expect(await elsewhere.take([due], 'boot-b')).toEqual([]);
    const taken = await dueNow(elsewhere);
    expect(taken.runner).toBe('boot-a');
    expect(await conversations.take([taken], 'boot-a')).toHaveLength(1);
    await elsewhere.failed({ ...taken, runner: 'boot-b' }, Date.now() + 60_000);
    await elsewhere.forgotten({ ...taken, runner: 'boot-b' });
    expect(await dueNow(elsewhere)).toEqual(taken);
    await conversations.failed(taken, Date.now() + 60_000);
    expect(await elsewhere.due(Date.now(), 10)).toEqual([]);
    expect(await elsewhere.due(later(), 10)).toMatchObject([{ tries: 1, runner: undefined }]);
    await conversations.keep(TALK, Date.now());
    expect(await elsewhere.due(later(), 10)).toEqual([]);
  });

  it('whatever comes first: a conversation is marked as to be forgotten, or its next turn begins, and never both', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const { conversations } = here.log.retention;
    for (let round = 0; round < ROUNDS; round++) {
      const talk = { owner: 'ann', contextId: `talk-${round}` };
      await endedTask(here.log, `old-${round}`, talk);
      const begin = async () => {
        await new Promise((resolve) => setTimeout(resolve, (round % 5) / 2));
        return claim(there.log, await addTo(there.log, `new-${round}`, talk));
      };
      const [marked, writer] = await Promise.all([conversations.mark([talk], later()), begin()]);
      expect([marked, writer !== undefined]).toEqual(marked === 1 ? [1, false] : [0, true]);
      if (marked === 0) continue;
      const due = await conversations.find(talk);
      if (due) await conversations.forgotten(due);
      expect(await claim(there.log, await existing(there.log, `new-${round}`))).toBeDefined();
    }
  });

  it('records a conversation whose last task is deleted, so that it is forgotten at its own age', async () => {
    await using stores = await twoStores(kind);
    const { retention } = stores.here.log;
    await endedTask(stores.here.log, 'first');
    await endedTask(stores.here.log, 'second');
    await retention.deleteEnded(['first']);
    expect(await retention.conversations.markKept(later(), 10)).toBe(0);
    await retention.deleteEnded(['second']);
    expect(await retention.conversations.due(later(), 10)).toEqual([]);
    expect(await retention.conversations.markKept(1, 10)).toBe(0);
    expect(await retention.conversations.markKept(later(), 10)).toBe(1);
    expect(await retention.conversations.due(later(), 10)).toMatchObject([TALK]);
  });

  it('a conversation with a new task is not forgotten because its earlier ones were deleted', async () => {
    await using stores = await twoStores(kind);
    const { retention } = stores.here.log;
    await endedTask(stores.here.log, 'first');
    await retention.deleteEnded(['first']);
    await endedTask(stores.here.log, 'newer');
    expect(await retention.conversations.markKept(later(), 10)).toBe(0);
  });

  it('deletes the last task of a conversation and has it forgotten at once, if it is told to', async () => {
    await using stores = await twoStores(kind);
    const { retention } = stores.here.log;
    await endedTask(stores.here.log, 'first');
    await endedTask(stores.here.log, 'second');
    await retention.deleteEnded(['first'], { forget: true });
    expect(await retention.conversations.due(later(), 10)).toEqual([]);
    await retention.deleteEnded(['second'], { forget: true });
    expect(await retention.conversations.due(later(), 10)).toMatchObject([TALK]);
  });
}

function keyOf(taskId: string, { owner, contextId } = TALK) {
  return { ...newTask(taskId).key, owner, contextKey: contextId };
}

async function addTo(log: TaskLog, taskId: string, { owner, contextId } = TALK): Promise<TaskRecord> {
  const { task, input, runner } = newTask(taskId);
  await log.create({
    task: { ...task, contextId },
    input: { ...input, contextId },
    key: keyOf(taskId, { owner, contextId }),
    runner,
  });
  return existing(log, taskId);
}

async function endedTask(log: TaskLog, taskId: string, talk = TALK): Promise<TaskRecord> {
  const record = await addTo(log, taskId, talk);
  await log.settle(taskId, completed(record));
  return record;
}

function newRecordOf(taskId: string) {
  return { taskId, ...TALK } as unknown as TaskRecord;
}

/** A time after every activity so far. */
function later(): number {
  return Date.now() + 1_000_000;
}

async function dueNow(conversations: TaskLog['retention']['conversations']) {
  const [due] = await conversations.due(Date.now(), 10);
  if (due === undefined) throw new Error('nothing is due');
  return due;
}
