import { type AgentEngine, EngineError, type EngineErrorCode, type TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { TurnAborted } from '../../src/runner/run-attempt.js';
import { stateName } from '../../src/task-log/task-event.js';
import { bareRunner } from '../support/bare-runner.js';
import { Gates } from '../support/gates.js';
import { until } from '../support/until.js';
import { addTask } from '../task-log/open-log.js';

/** Speaks, waits at the gate, and then fails as the test wants. */
function failingEngine(gates: Gates, fail: () => unknown): AgentEngine & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    async *runTurn({ attempt }, { signal }): AsyncGenerator<TurnEvent> {
      asked.push(attempt);
      yield { type: 'text-delta', text: 'half' };
      await gates.passed('die', signal);
      throw fail();
    },
  };
}

const GOES_ON: AgentEngine = {
  async *runTurn(): AsyncGenerator<TurnEvent> {
    yield { type: 'reset' };
    yield { type: 'finish', text: 'whole' };
  },
};

it('a stop leaves a turn to recovery by what is true when it comes, not by what was true when the turn began', async () => {
  let wantsDurable = false;
  const gates = new Gates();
  const engine = failingEngine(gates, () => new Error('never'));
  await using bare = await bareRunner(engine, { leavesUnfinished: () => wantsDurable });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, { durable: false }).catch((error: unknown) => error);
  await until('it runs', () => engine.asked.length === 1);
  wantsDurable = true;
  await bare.runner.drain(0);
  expect(await running).toBeInstanceOf(TurnAborted);
  const left = await bare.log.read.get(taskId);
  expect([stateName(left?.state ?? 0), left?.runner]).toEqual(['TASK_STATE_WORKING', undefined]);
  const next = await bare.another(GOES_ON).run(taskId, 1, { durable: true });
  expect(next).toMatchObject({ kind: 'completed', finalText: 'whole' });
});

it('a stop of a turn that nobody would take up tells so at once', async () => {
  const gates = new Gates();
  const engine = failingEngine(gates, () => new Error('never'));
  await using bare = await bareRunner(engine);
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, { durable: false });
  await until('it runs', () => engine.asked.length === 1);
  await bare.runner.drain(0);
  expect(await running).toMatchObject({ kind: 'failed', code: 'INTERRUPTED_BY_SHUTDOWN' });
});

it.each<[string, () => unknown]>([
  ['engine-died', () => new EngineError('engine-died', 'The process ended.')],
  ['unavailable', () => new EngineError('unavailable', 'No answer.')],
  ['canceled', () => new EngineError('canceled', 'The run was stopped.')],
  ['internal', () => new EngineError('internal', 'Broken pipe.')],
  ['a plain error', () => new Error('read ECONNRESET')],
])(
  'a stop of all processes, which the engine tells as %s, loses no turn and begins none again here',
  async (_, fail) => {
    const gates = new Gates();
    const engine = failingEngine(gates, fail);
    await using bare = await bareRunner(engine, { leavesUnfinished: () => true });
    const { taskId } = await addTask(bare.log);
    const running = bare.runner.run(taskId, 1, { durable: true }).catch((error: unknown) => error);
    await until('it runs', () => engine.asked.length === 1);
    const drained = bare.runner.drain(60_000);
    gates.open('die');
    expect(await running).toMatchObject({ reason: { code: 'shutdown' } });
    await drained;
    // Whatever still asks for it in the process that stops is told the same.
    await expect(bare.runner.run(taskId, 1, { durable: true })).rejects.toBeInstanceOf(TurnAborted);
    expect(engine.asked).toEqual([1]);
    expect(await bare.another(GOES_ON).run(taskId, 1, { durable: true })).toMatchObject({ finalText: 'whole' });
  },
);

it('what is wrong with the message or the account is told during a stop as at any time', async () => {
  const gates = new Gates();
  const engine = failingEngine(gates, () => new EngineError('auth', 'The key was refused.'));
  await using bare = await bareRunner(engine, { leavesUnfinished: () => true });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, { durable: true });
  await until('it runs', () => engine.asked.length === 1);
  const drained = bare.runner.drain(60_000);
  gates.open('die');
  expect(await running).toMatchObject({ kind: 'failed', code: 'ENGINE_AUTH' });
  await drained;
});

it("an end of the engine from outside is no caller's cancel: the turn is tried again", async () => {
  const gates = new Gates();
  gates.open('die');
  const attempts: number[] = [];
  const codes: readonly EngineErrorCode[] = ['canceled', 'nothing-to-continue'];
  const engine: AgentEngine = {
    async *runTurn({ attempt }): AsyncGenerator<TurnEvent> {
      const code = codes[attempts.push(attempt) - 1];
      if (code) throw new EngineError(code, 'The run was stopped.');
      yield { type: 'finish', text: 'whole' };
    },
  };
  await using bare = await bareRunner(engine);
  const { taskId } = await addTask(bare.log);
  expect(await bare.runner.run(taskId, 1, { durable: false })).toMatchObject({ finalText: 'whole' });
  expect(attempts).toEqual([1, 2, 2]);
});
