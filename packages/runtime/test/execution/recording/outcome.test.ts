import type { Task } from '@a2a-js/sdk';
import type { AgentEngine, FinishReason, TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import {
  answerOf,
  BINDINGS,
  connect,
  getTask,
  send,
  sending,
  stateOf,
  textOf,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { bareRunner } from '../../support/bare-runner.js';
import { engineAdapter } from '../../support/engine-adapter.js';
import { play, playAdapter, type Step } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { addTask, existing } from '../../tasks/log/open-log.js';

const FAST = { MOLECULE_RETRY_INITIAL: '1ms', MOLECULE_RETRY_MAX: '5ms' };
const usage = (inputTokens: number, more: object = {}): Step => ({
  event: { type: 'usage', inputTokens, outputTokens: 1, ...more } as TurnEvent,
});

it.each(BINDINGS)(
  'the task, the blocking send and the stream have the reason why the answer ended ($binding $version)',
  async (options) => {
    const reasons: readonly FinishReason[] = ['stop', 'length', 'content-filter', 'refusal', 'tool-limit'];
    const { adapter } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await connect(runtime.url, options);
    for (const reason of reasons) {
      const steps = play({ say: 'so far' }, { event: { type: 'finish', reason } });
      const task = await send(client, steps);
      expect([reason, task.metadata?.['molecule.finishReason']]).toEqual([reason, reason]);
      expect((await getTask(client, task.id)).metadata).toEqual(task.metadata);
      let last: unknown;
      for await (const { payload } of client.sendMessageStream(sending(steps))) {
        if (payload?.$case === 'statusUpdate') last = payload.value.metadata?.['molecule.finishReason'];
      }
      expect(last).toBe(reason);
    }
  },
);

it.each<[string, Step[], boolean]>([
  ['nothing', [], true],
  ['blank text', [{ say: ' \n' }], true],
  ['thoughts only', [{ think: 'hm' }], true],
  ['a refusal without text', [{ event: { type: 'finish', reason: 'refusal' } }], true],
  ['a text', [{ say: 'yes' }], false],
  ['a file', [{ event: { type: 'file', file: { kind: 'file', name: 'a', data: 'AA==' } } }], false],
  [
    'a tool',
    [
      { event: { type: 'tool-call', id: '1', name: 'mail', input: {} } },
      { event: { type: 'tool-result', id: '1', ok: true } },
    ],
    false,
  ],
])('the metadata marks an empty answer, and no other: %s', async (_, steps, empty) => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const task = await send(await connect(runtime.url), play(...steps));
  expect(stateOf(task)).toBe('completed');
  expect(task.metadata?.['molecule.emptyAnswer']).toBe(empty ? true : undefined);
  expect(textOf(task.status?.message?.parts ?? [])).toBe(empty ? 'The agent ended its turn without an answer.' : '');
});

it('the task has the usage of all attempts, including cached and reasoning tokens', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: FAST });
  const client = await connect(runtime.url);
  const steps = play(
    usage(10, { cachedInputTokens: 4, reasoningTokens: 1 }),
    { fail: 'overloaded', onAttempts: [1] },
    usage(20, { costUsd: 0.5, model: 'm' }),
    { say: 'ok' },
  );
  const task = await send(client, steps);
  const expected = {
    inputTokens: 40,
    outputTokens: 3,
    cachedInputTokens: 8,
    reasoningTokens: 2,
    costUsd: 0.5,
    model: 'm',
  };
  expect(usageOf(task)).toEqual(expected);
  expect(usageOf(await getTask(client, task.id))).toEqual(expected);
  const failed = await send(client, play(usage(7), { fail: 'auth' }));
  expect([stateOf(failed), usageOf(failed)]).toEqual(['failed', { inputTokens: 7, outputTokens: 1 }]);
  expect(failed.metadata?.['molecule.code']).toBe('ENGINE_AUTH');
});

it('the task has the usage of the turn before a question, and the next turn starts at zero', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play(usage(7), { ask: 'Which?' }));
  expect(usageOf(asked)).toEqual({ inputTokens: 7, outputTokens: 1 });
  const answered = await send(client, 'blue', { taskId: asked.id });
  expect([answerOf(answered), usageOf(answered)]).toEqual(['answered: blue', undefined]);
});

it('the usage of an attempt whose process was killed is counted', async () => {
  const used: TurnEvent = { type: 'usage', inputTokens: 10, outputTokens: 1 };
  const dies: AgentEngine = {
    async *runTurn(): AsyncGenerator<TurnEvent> {
      yield used;
      yield { type: 'text-delta', text: 'half' };
      await new Promise(() => {});
    },
  };
  const ends: AgentEngine = {
    async *runTurn(): AsyncGenerator<TurnEvent> {
      yield used;
      yield { type: 'finish', text: 'half and half' };
    },
  };
  await using bare = await bareRunner(dies);
  const { taskId } = await addTask(bare.log);
  void bare.runner.run(taskId, 1, { durable: true }).catch(() => {});
  await until('it has spoken', async () => answerOf((await existing(bare.log, taskId)).task) === 'half');
  await bare.another(ends).run(taskId, 1, { durable: true });
  expect(usageOf((await existing(bare.log, taskId)).task)).toEqual({ inputTokens: 20, outputTokens: 2 });
});

it.each([
  ['😀 in two deltas', ['a\ud83d', '\ude00b'], 'a😀b'],
  ['a half that never ends', ['a\ud83d'], 'a\ufffd'],
  ['a half in the wrong place', ['\ude00a', '\ud83d', 'b'], '\ufffda\ufffdb'],
  ['halves with a pause between them', ['\ud83d', '', '\ude00'], '😀'],
])('no half of a character is sent or stored: %s', async (_, deltas, expected) => {
  const adapter = engineAdapter(async function* () {
    for (const text of deltas) {
      yield { type: 'text-delta', text };
      yield { type: 'reasoning-delta', text };
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    yield { type: 'tool-call', id: '1', name: 'look', input: { 'k\ud83d': ['v\ude00'] } };
    yield { type: 'finish' };
  });
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  let task: Task | undefined;
  for await (const { payload } of client.sendMessageStream(sending('hi \ud83d', { metadata: { note: '\ude00' } }))) {
    expect(JSON.stringify(payload)).not.toMatch(/\\ud[89a-f]/);
    if (payload?.$case === 'task') task = payload.value;
  }
  const now = await getTask(client, task?.id ?? '');
  expect(answerOf(now)).toBe(expected);
  expect(JSON.stringify(now)).not.toMatch(/\\ud[89a-f]/);
});

function usageOf(task: Task): unknown {
  return task.metadata?.['molecule.usage'];
}
