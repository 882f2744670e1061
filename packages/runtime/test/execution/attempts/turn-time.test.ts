import type { AgentEngine, Turn, TurnControls, TurnEvent } from '@molecule/adapters';
import { expect, it, vi } from 'vitest';
import { answerOf } from '../../support/a2a-client.js';
import { bareRunner } from '../../support/bare-runner.js';
import { ManualClock } from '../../support/manual-clock.js';
import { addTask } from '../../tasks/log/open-log.js';

const MINUTE = 60_000;
const DIRECTLY = { durable: false };

type Play = (turn: Turn, controls: TurnControls) => AsyncGenerator<TurnEvent>;

const engineOf = (runTurn: Play): AgentEngine => ({ runTurn });

it('a turn of 33 minutes with an event every 30 s is completed', async () => {
  const clock = new ManualClock();
  const engine = engineOf(async function* (_turn, { signal }) {
    for (let half = 0; half < 66; half++) {
      await clock.sleep(30_000, signal);
      yield { type: 'text-delta', text: '.' };
    }
    yield { type: 'finish' };
  });
  await using bare = await bareRunner(engine, { clock });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, DIRECTLY);
  await clock.pass(33 * MINUTE);
  expect(await running).toMatchObject({ kind: 'completed', finalText: '.'.repeat(66) });
});

it('ten minutes without an event end a turn with an error that names the setting, and progress of a tool is an event', async () => {
  const clock = new ManualClock();
  const engine = engineOf(async function* (_turn, { signal }) {
    yield { type: 'tool-call', id: '1', name: 'dig', input: {} };
    for (let time = 0; time < 3; time++) {
      await clock.sleep(9 * MINUTE, signal);
      yield { type: 'tool-progress', id: '1', message: 'digging' };
    }
    await clock.sleep(60 * MINUTE, signal);
    yield { type: 'finish' };
  });
  await using bare = await bareRunner(engine, { clock });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, DIRECTLY);
  await clock.pass(36 * MINUTE);
  expect(bare.runner.isRunning(taskId)).toBe(true);
  await clock.pass(2 * MINUTE);
  expect(await running).toEqual({
    kind: 'failed',
    code: 'TURN_IDLE_TIMEOUT',
    message: 'The agent gave no sign of life for 10 minutes (MOLECULE_TURN_IDLE_TIMEOUT).',
  });
});

it('a turn that keeps yielding events ends at the outer limit, with an error that names the setting', async () => {
  const clock = new ManualClock();
  const engine = engineOf(async function* (_turn, { signal }) {
    for (;;) {
      await clock.sleep(5 * MINUTE, signal);
      yield { type: 'text-delta', text: '.' };
    }
  });
  await using bare = await bareRunner(engine, { clock, limits: { idleMs: 10 * MINUTE, totalMs: 60 * MINUTE } });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, DIRECTLY);
  await clock.pass(61 * MINUTE);
  expect(await running).toEqual({
    kind: 'failed',
    code: 'TURN_TIMEOUT',
    message: 'The agent did not answer within 60 minutes (MOLECULE_TURN_TIMEOUT).',
  });
});

it('five messages of one conversation that take 15 s each are all answered with a limit of 20 s', async () => {
  const clock = new ManualClock();
  const engine = engineOf(async function* (_turn, { signal }) {
    await clock.sleep(15_000, signal);
    yield { type: 'finish', text: 'done' };
  });
  const limits = { idleMs: 20_000, totalMs: 20_000 };
  await using bare = await bareRunner(engine, { clock, limits });
  const tasks = await Promise.all([1, 2, 3, 4, 5].map(() => addTask(bare.log)));
  const running = tasks.map(({ taskId }) => bare.runner.run(taskId, 1, DIRECTLY));
  await clock.pass(80_000);
  expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual(Array(5).fill('completed'));
});

it('the wait for a place in the engine counts for neither limit', async () => {
  const clock = new ManualClock();
  const engine = engineOf(async function* (_turn, { signal }) {
    yield { type: 'waiting', reason: 'a process' };
    await clock.sleep(90 * MINUTE, signal);
    yield { type: 'started' };
    await clock.sleep(4 * MINUTE, signal);
    yield { type: 'finish', text: 'done' };
  });
  await using bare = await bareRunner(engine, { clock, limits: { idleMs: 5 * MINUTE, totalMs: 5 * MINUTE } });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, DIRECTLY);
  await clock.pass(95 * MINUTE);
  expect(await running).toMatchObject({ kind: 'completed' });
});

it('the time before an engine yields `started` counts as waiting for the outer limit', async () => {
  const clock = new ManualClock();
  const engine = engineOf(async function* (_turn, { signal }) {
    await clock.sleep(4 * MINUTE, signal);
    yield { type: 'started' };
    await clock.sleep(4 * MINUTE, signal);
    yield { type: 'finish', text: 'done' };
  });
  await using bare = await bareRunner(engine, { clock, limits: { idleMs: 5 * MINUTE, totalMs: 5 * MINUTE } });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, DIRECTLY);
  await clock.pass(9 * MINUTE);
  expect(await running).toMatchObject({ kind: 'completed' });
  expect(answerOf((await bare.log.read.get(taskId))?.task as never)).toBe('done');
});

it('the time for which an engine waits for storage does not count as silence', async () => {
  const clock = new ManualClock();
  let release = () => {};
  const taken = new Promise<void>((resolve) => {
    release = resolve;
  });
  const engine = engineOf(async function* (_turn, { signal }) {
    yield { type: 'file', file: { kind: 'file', name: 'a.txt', data: 'aGVsbG8=' } };
    await clock.sleep(MINUTE, signal);
    yield { type: 'finish', text: 'done' };
  });
  await using bare = await bareRunner(engine, { clock });
  const { taskId } = await addTask(bare.log);
  const claimed = bare.log.claim.bind(bare.log);
  vi.spyOn(bare.log, 'claim').mockImplementation(async (...parameters) => {
    const outcome = await claimed(...parameters);
    const writer = outcome && 'writer' in outcome ? outcome.writer : undefined;
    const append = writer?.append.bind(writer);
    // A file is not kept in memory: the engine waits until it is written, which ends just before the limit.
    if (writer && append) writer.append = (events) => taken.then(() => append(events));
    return outcome;
  });
  const running = bare.runner.run(taskId, 1, DIRECTLY);
  await clock.pass(9.5 * MINUTE);
  release();
  await clock.pass(2 * MINUTE);
  expect(await running).toMatchObject({ kind: 'completed' });
});
