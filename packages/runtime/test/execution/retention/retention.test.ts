import { expect, it, vi } from 'vitest';
import { until } from '../../support/until.js';
import { canceled, claim, existing, logFile } from '../../tasks/log/open-log.js';
import { AdvancedClock, DAY, RememberingEngine, retentionProcess } from './retention-bench.js';

async function bench(ages: Parameters<typeof retentionProcess>[1]['ages'] = {}) {
  const file = await logFile();
  const engine = new RememberingEngine();
  const clock = new AdvancedClock();
  const store = await file.openStore();
  const process = retentionProcess(store, { engine, clock, ages });
  return {
    ...process,
    file,
    store,
    engine,
    clock,
    async [Symbol.asyncDispose]() {
      await process.retention.stop();
      await file[Symbol.asyncDispose]();
    },
  };
}

it('deletes tasks at their age, and neither a younger nor an unfinished one', async () => {
  await using all = await bench({ tasksMs: 30 * DAY, conversationsMs: Number.POSITIVE_INFINITY });
  const { log, clock, retention } = all;
  // The first turn of a conversation that is left unfinished would keep the others waiting.
  const unfinished = await all.accept('hi', 'unfinished');
  const ids = await Promise.all(Array.from({ length: 119 }, (_, index) => all.accept('hi', `c-${index % 7}`)));
  await Promise.all(ids.map((id) => all.run(id)));
  clock.advance(29 * DAY);
  retention.start();
  clock.advance(DAY / 2);
  expect(await log.retention.endedBefore(clock.now(), 200)).toHaveLength(119);
  clock.advance(DAY);
  await until(
    'all ended tasks are deleted',
    async () => (await log.retention.endedBefore(clock.now(), 1)).length === 0,
  );
  expect(await log.read.get(unfinished)).toBeDefined();
  expect(all.engine.calls.filter((call) => call.startsWith('forget'))).toEqual([]);
});

it('forgets a conversation at its age, after its tasks were deleted, and keeps one with later activity', async () => {
  await using all = await bench({ conversationsMs: 30 * DAY });
  const { engine, clock, log, retention } = all;
  const left: number[] = [];
  engine.onForget = async () => void left.push((await log.read.list({ owner: 'ann', pageSize: 9 })).total);
  for (const word of ['one', 'two', 'three']) await all.say(word, 'old');
  await all.say('hello', 'other', 'bob');
  const waiting = await all.accept('not yet', 'unfinished');
  clock.advance(31 * DAY);
  retention.start();
  await until('both are forgotten', () => engine.calls.filter((call) => call.startsWith('forget')).length === 2);
  expect(engine.calls.slice(-2).sort()).toEqual(['forget ann:old', 'forget bob:other']);
  await until('the log was read for both', () => left.length === 2);
  // The unfinished task is the only one of its owner.
  expect(left).toContain(1);
  expect(await log.read.get(waiting)).toBeDefined();
  await until(
    'nothing is to be forgotten',
    async () => (await log.retention.conversations.due(clock.now(), 9)).length === 0,
  );
  expect(await all.say('again', 'old')).toBe('again');
});

it('forgets a conversation at its own age if its tasks went earlier, but not if it went on', async () => {
  await using all = await bench({ tasksMs: DAY, conversationsMs: 10 * DAY });
  const { engine, clock, log, retention } = all;
  await all.say('one', 'ends');
  await all.say('one', 'goes-on');
  clock.advance(2 * DAY);
  retention.start();
  await until('the tasks are deleted', async () => (await log.retention.endedBefore(clock.now(), 1)).length === 0);
  expect(await all.say('two', 'goes-on')).toBe('one two');
  const forgotten = () => engine.calls.filter((call) => call.startsWith('forget'));
  expect(forgotten()).toEqual([]);
  // What the test's tasks have as the time of their end is the present; so the conversation that goes on stays young.
  await log.retention.conversations.keep({ owner: 'ann', contextId: 'ends' }, clock.now() - 11 * DAY);
  clock.advance(DAY / 24);
  await until('it is forgotten', () => forgotten().length > 0);
  expect(forgotten()).toEqual(['forget ann:ends']);
});

it('a message that arrives while its conversation is forgotten waits, and begins a new conversation', async () => {
  await using all = await bench({ conversationsMs: 30 * DAY });
  const { engine, clock, retention } = all;
  const gate = Promise.withResolvers<void>();
  engine.onForget = () => gate.promise;
  await all.say('secret', 'c');
  clock.advance(31 * DAY);
  retention.start();
  await until('the engine forgets', () => engine.calls.includes('forget ann:c'));
  const answer = all.say('hello', 'c');
  expect(await all.say('meanwhile', 'elsewhere')).toBe('meanwhile');
  expect(engine.calls.filter((call) => call === 'turn ann:c')).toHaveLength(1);
  gate.resolve();
  expect(await answer).toBe('hello');
  expect(await all.say('again', 'c')).toBe('hello again');
});

it('a message of a conversation that waits to be forgotten has it forgotten first, in its own process', async () => {
  await using all = await bench();
  const { engine, log } = all;
  await all.say('secret', 'c');
  expect(await log.retention.conversations.mark([{ owner: 'ann', contextId: 'c' }], Date.now() + 1)).toBe(1);
  expect(await all.say('hello', 'c')).toBe('hello');
  expect(engine.calls).toEqual(['turn ann:c', 'forget ann:c', 'turn ann:c']);
  expect((await log.read.list({ owner: 'ann', pageSize: 9 })).total).toBe(1);
});

it('tries again if the engine fails, and a new message is answered nevertheless', async () => {
  await using all = await bench({ conversationsMs: 30 * DAY });
  const { engine, clock, log, retention } = all;
  const failures = ['first', 'second'];
  engine.onForget = async () => {
    if (failures.pop()) throw new Error('not now');
  };
  await all.say('one', 'c');
  clock.advance(31 * DAY);
  retention.start();
  await until('the first try has failed', () => failures.length === 1);
  const isDue = async () => (await log.retention.conversations.due(clock.now(), 1)).length > 0;
  await until('the failure is recorded', async () => !(await isDue()));
  expect(await all.say('two', 'c')).toBe('one two');
  expect(failures).toEqual([]);
  clock.advance(2 * DAY);
  expect(await isDue()).toBe(false);
});

it('tries again later, until the engine has forgotten', async () => {
  await using all = await bench({ conversationsMs: 30 * DAY });
  const { engine, clock, log, retention } = all;
  engine.onForget = async () => {
    if (engine.calls.length < 4) throw new Error('not now');
  };
  await all.say('one', 'c');
  clock.advance(31 * DAY);
  retention.start();
  const isDone = async () => {
    clock.advance(60_000);
    return (await log.retention.conversations.due(Number.MAX_SAFE_INTEGER, 1)).length === 0 && engine.calls.length > 1;
  };
  await until('it is forgotten', isDone);
  expect(engine.calls).toEqual(['turn ann:c', ...Array(3).fill('forget ann:c')]);
});

it('of two processes one looks for old tasks, and the other one when the first has ended', async () => {
  await using first = await bench({ tasksMs: DAY });
  const store = await first.file.openStore();
  const second = retentionProcess(store, { engine: first.engine, clock: first.clock, ages: { tasksMs: DAY } });
  const { log, clock } = first;
  const isEmpty = async () => (await log.retention.endedBefore(clock.now(), 1)).length === 0;
  await first.say('one', 'c');
  clock.advance(2 * DAY);
  first.retention.start();
  await until('the first has deleted it', isEmpty);
  expect(await store.duties.take('retention')).toBe(false);
  second.retention.start();
  await first.store.boots.release();
  await first.retention.stop();
  await first.say('two', 'c');
  clock.advance(4 * DAY);
  await until('the second has deleted it', isEmpty);
  await second.retention.stop();
});

it('a conversation whose last turn ran in another living process is forgotten by that process', async () => {
  await using first = await bench();
  const engine = new RememberingEngine();
  const store = await first.file.openStore();
  const second = retentionProcess(store, { engine, clock: first.clock });
  await second.say('secret', 'c');
  const { conversations } = first.log.retention;
  await conversations.mark([{ owner: 'ann', contextId: 'c' }], Date.now() + 1);
  await first.forgetter.forgetDue();
  expect(await conversations.due(Date.now(), 1)).toHaveLength(1);
  const answer = first.say('hello', 'c');
  await second.forgetter.forgetDue();
  expect(engine.calls).toEqual(['turn ann:c', 'forget ann:c']);
  expect(await answer).toBe('hello');
  expect(first.engine.calls).toEqual(['turn ann:c']);
});

it('does not forget a conversation while the engine still stops a turn of it that was canceled', async () => {
  await using all = await bench({ conversationsMs: 30 * DAY });
  const { engine, clock, log, retention } = all;
  const gate = Promise.withResolvers<void>();
  engine.onTurn = () => gate.promise;
  await all.say('hello', 'other');
  const taskId = await all.accept('long work', 'c');
  const ended = all.run(taskId).catch(() => 'canceled');
  await until('it runs', () => engine.calls.includes('turn ann:c'));
  await log.settle(taskId, canceled(await existing(log, taskId)));
  clock.advance(31 * DAY);
  retention.start();
  await until('the other one is forgotten', () => engine.calls.includes('forget ann:other'));
  await until(
    'its record is removed',
    async () => (await log.retention.conversations.due(clock.now(), 9)).length === 1,
  );
  expect(engine.calls).not.toContain('forget ann:c');
  gate.resolve();
  await ended;
  await until('it is forgotten', () => {
    clock.advance(2_000);
    return engine.calls.includes('forget ann:c');
  });
});

const MINUTE = 60_000;

/** Advances the clock and waits for the sweep that follows. */
function sweeps({ clock, log }: Pick<Awaited<ReturnType<typeof bench>>, 'clock' | 'log'>) {
  const ended = vi.spyOn(log.retention, 'shrink');
  return async (ms: number) => {
    const before = ended.mock.calls.length;
    clock.advance(ms);
    await until('it has swept', () => ended.mock.calls.length > before);
  };
}

it('looks through the stored files after a deletion, and otherwise once a day', async () => {
  await using all = await bench({ tasksMs: 30 * DAY, conversationsMs: Number.POSITIVE_INFINITY });
  const looks = vi.spyOn(all.store.blobs, 'removeUnreferenced');
  const sweep = sweeps(all);
  all.retention.start();
  await until('it has looked', () => looks.mock.calls.length === 1);
  for (let count = 0; count < 5; count++) await sweep(11 * MINUTE);
  expect(looks).toHaveBeenCalledTimes(1);
  await sweep(DAY);
  await until('it has looked again', () => looks.mock.calls.length === 2);
  await all.say('hello', 'c');
  await sweep(31 * DAY);
  await until('it has looked after the deletion', () => looks.mock.calls.length === 3);
  await sweep(11 * MINUTE);
  await until('it has looked once more', () => looks.mock.calls.length === 4);
});

it('walks through all files and conversations once an hour if their ages are long', async () => {
  await using all = await bench({ filesMs: 30 * DAY, conversationsMs: 60 * DAY });
  const walks = (['tasksWithFiles', 'conversationsAfter'] as const).map((name) => vi.spyOn(all.log.retention, name));
  const counts = () => walks.map(({ mock }) => mock.calls.length);
  const sweep = sweeps(all);
  all.retention.start();
  await until('both were walked through', () => String(counts()) === '1,1');
  for (let count = 0; count < 5; count++) await sweep(11 * MINUTE);
  expect(counts()).toEqual([1, 1]);
  await sweep(10 * MINUTE);
  await until('both were walked through again', () => String(counts()) === '2,2');
});

it('a process that others count as dead deletes nothing of a conversation that they have forgotten and that began again', async () => {
  await using file = await logFile();
  const [store, clock] = [await file.openStore(), new AdvancedClock()];
  const alive = new Set(['living']);
  const processOf = (id: string, engine: RememberingEngine) =>
    retentionProcess(
      { ...store, boots: { ...store.boots, id, isAlive: async (boot) => alive.has(boot) } },
      { engine, clock },
    );
  const { conversations } = store.log.retention;
  const [slow, quick] = [new RememberingEngine(), new RememberingEngine()];
  const asked = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  slow.onForget = () => {
    asked.resolve();
    return mayEnd.promise;
  };
  const [stopped, living] = [processOf('stopped', slow), processOf('living', quick)];
  await stopped.say('one', 'c');
  await conversations.mark([{ owner: 'ann', contextId: 'c' }], clock.now() + 1);
  const late = stopped.forgetter.forgetDue();
  await asked.promise;
  await living.forgetter.forgetDue();
  expect(await conversations.find({ owner: 'ann', contextId: 'c' })).toBeUndefined();
  const begun = await claim(store.log, await existing(store.log, await living.accept('two', 'c')), 'living');
  await begun?.openEngineStore().put('key', 'new');
  mayEnd.resolve();
  await late;
  expect(await store.log.engineRecords.of('ann:c').get('key')).toBe('new');
});
