import { type AgentEngine, EngineError, type EngineErrorCode, type TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { TurnAbortedError } from '../../../src/execution/attempts/turn-aborted-error.js';
import { stateName } from '../../../src/tasks/events/task-event.js';
import { bareRunner } from '../../support/bare-runner.js';
import { Gates } from '../../support/gates.js';
import { until } from '../../support/until.js';
import { addTask } from '../../tasks/log/open-log.js';

/** Yields text, waits at the gate, and then throws the error of the test. */
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

it('whether a stop leaves a turn to recovery is decided when the stop arrives, not when the turn began', async () => {
  let wantsDurable = false;
  const gates = new Gates();
  const engine = failingEngine(gates, () => new Error('never'));
  await using bare = await bareRunner(engine, { leavesUnfinished: () => wantsDurable });
  const { taskId } = await addTask(bare.log);
  const running = bare.runner.run(taskId, 1, { durable: false }).catch((error: unknown) => error);
  await until('it runs', () => engine.asked.length === 1);
  wantsDurable = true;
  await bare.runner.drain(0);
  expect(await running).toBeInstanceOf(TurnAbortedError);
  const left = await bare.log.read.get(taskId);
  expect([stateName(left?.state ?? 0), left?.runner]).toEqual(['TASK_STATE_WORKING', undefined]);
  const next = await bare.another(GOES_ON).run(taskId, 1, { durable: true });
  expect(next).toMatchObject({ kind: 'completed', finalText: 'whole' });
});

it('a stop of a turn that no process would resume fails it at once', async () => {
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
  'if all processes stop and the engine throws %s, no turn is lost, and none begins again in this process',
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
    // A later call for the turn in the stopping process has the same result.
    await expect(bare.runner.run(taskId, 1, { durable: true })).rejects.toBeInstanceOf(TurnAbortedError);
    expect(engine.asked).toEqual([1]);
    expect(await bare.another(GOES_ON).run(taskId, 1, { durable: true })).toMatchObject({ finalText: 'whole' });
  },
);

it('during a stop, an invalid message or account is reported as usual', async () => {
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

it('an engine that is stopped from outside does not count as canceled: the turn is retried', async () => {
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
