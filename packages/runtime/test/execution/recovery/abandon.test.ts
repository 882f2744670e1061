import { join } from 'node:path';
import { type AbandonedWork, type Adapter, type AgentEngine, defineAdapter, EngineError } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { within } from '../../../src/support/wait.js';
import { begin, cancelTask, connect, send, stateOf } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { holdLock } from '../../tasks/storage/hold-lock.js';

interface Releasing extends PlayAdapter {
  readonly released: AbandonedWork[];
}

/** The play adapter, whose engine records each call of `abandon`. The given `abandon` is called too. */
function releasing(abandon: (work: AbandonedWork) => Promise<void> = async () => {}): Releasing {
  const played = playAdapter();
  const released: AbandonedWork[] = [];
  const adapter = defineAdapter({
    ...played.adapter,
    async createEngine(context): Promise<AgentEngine> {
      const { runTurn } = await played.adapter.createEngine(context as never);
      return {
        runTurn,
        async abandon(work) {
          released.push(work);
          await abandon(work);
        },
      };
    },
  }) as Adapter;
  return { ...played, adapter, released };
}

it('a canceled question is released, with the context id of the engine', async () => {
  const { adapter, released } = releasing();
  const token = 'a-token-of-alice-1';
  await using runtime = await startTestRuntime({ adapter, environment: { MOLECULE_TOKENS: `alice:${token}` } });
  const client = await connect(runtime.url, { token });
  const asked = await send(client, play({ ask: 'Which?' }), { contextId: 'c', messageId: 'm' });
  await cancelTask(client, asked.id);
  await until('it is released', () => released.length === 1);
  const expected = {
    taskId: asked.id,
    contextId: 'alice:c',
    messageId: 'm',
    requestId: 'question-1',
    reason: 'canceled',
  };
  expect(released).toEqual([expected]);
});

it('a canceled turn is released after it has stopped, and not while it runs', async () => {
  const { adapter, released, gates, turns } = releasing();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const running = await begin(client, play({ deafGate: 'stop' }));
  await until('it runs', () => turns.length === 1);
  await cancelTask(client, running.id);
  const other = await send(client, play({ ask: 'Which?' }));
  await cancelTask(client, other.id);
  await until('the other one is released', () => released.some(({ taskId }) => taskId === other.id));
  expect(released.map(({ taskId }) => taskId)).toEqual([other.id]);
  gates.open('stop');
  await until('it is released', () => released.length === 2);
  expect(released[1]).toMatchObject({ taskId: running.id, reason: 'canceled' });
  expect(turns.every((turn) => !turn.running)).toBe(true);
});

it('a failed turn is released, and one that was answered is not', async () => {
  const { adapter, released } = releasing();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  await send(client, 'hello');
  const failed = await send(client, play({ fail: 'auth' }));
  await until('it is released', () => released.length > 0);
  expect(released).toMatchObject([{ taskId: failed.id, reason: 'ended' }]);
});

it('a question that a newer message withdraws is released before the engine gets that message', async () => {
  const order: string[] = [];
  const { adapter, released, turns } = releasing(async () => {
    order.push(`released after ${turns.length} turns`);
  });
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }), { contextId: 'c' });
  await send(client, 'something else', { contextId: 'c' });
  expect(released).toMatchObject([{ taskId: asked.id, requestId: 'question-1', reason: 'withdrawn' }]);
  expect(order).toEqual(['released after 1 turns']);
});

it('a failed release is retried, also by the next process, and logged', async () => {
  const { logger, lines } = recordingLogger();
  let refuses = true;
  const first = releasing(async () => {
    throw new EngineError('unavailable', 'Not now.');
  });
  const runtime = await startTestRuntime({ adapter: first.adapter, logger });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }));
  expect(stateOf(await cancelTask(client, asked.id))).toBe('canceled');
  await until('it was tried', () => first.released.length > 0);
  await until('the failure is logged', () =>
    lines.some(({ level, message }) => level === 'warn' && /did not release/.test(message)),
  );
  const second = releasing(async () => {
    if (refuses) throw new Error('still not');
  });
  await using next = await runtime.restart({ adapter: second.adapter });
  await until('the next process tries', () => second.released.length === 1);
  refuses = false;
  await until('it is released', () => second.released.length === 2);
  expect(second.released[1]).toEqual(first.released[0]);
  expect(next.info.name).toBe('Test');
});

it('a server stops although the storage is in trouble and the end of a release cannot be recorded', async () => {
  const mayEnd = Promise.withResolvers<void>();
  const { adapter, released } = releasing(() => mayEnd.promise);
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  await send(client, play({ fail: 'auth' }));
  await until('it is being released', () => released.length > 0);
  await using _ = await holdLock(join(runtime.info.stateDir, 'tasks.db'));
  mayEnd.resolve();
  await within(runtime.shutdown(0), 30_000, () => {
    throw new Error('The server did not stop within 30 s.');
  });
});
