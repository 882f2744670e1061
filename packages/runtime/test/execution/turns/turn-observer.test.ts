import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { type AgentEngine, EngineError, silentLogger, type TurnEvent } from '@molecule/adapters';
import { afterEach, expect, test, vi } from 'vitest';
import { TurnRunner } from '../../../src/execution/turns/turn-runner.js';
import type { TurnObserver } from '../../../src/tasks/turn-observer.js';
import { Gates } from '../../support/gates.js';
import { queueLimits } from '../../support/queue-limits.js';
import { addTask, logFile } from '../../tasks/log/open-log.js';

afterEach(() => {
  vi.useRealTimers();
});

/** A runner whose engine fails once, waits at a gate despite an abort, and finishes; with the notifications of its observer. */
async function observedRunner(gates: Gates) {
  const file = await logFile();
  const seen: string[] = [];
  const engine: AgentEngine = {
    async *runTurn({ attempt }): AsyncGenerator<TurnEvent> {
      if (attempt === 1) throw new EngineError('overloaded', 'Too much.');
      await gates.passed('deaf');
      yield { type: 'finish', text: 'done' };
    },
  };
  const observer: TurnObserver = {
    began: ({ text }) => seen.push(`began ${text}`),
    ended: (_turn, result) => seen.push(`ended ${result?.kind}`),
    stuck: (_turn, stopped) => {
      seen.push('stuck');
      void stopped.then(() => seen.push('stopped'));
    },
  };
  const log = await file.open();
  const runner = new TurnRunner({
    log,
    engine,
    boots: { id: 'boot-1', isAlive: async () => true },
    rules: {
      limits: { idleMs: 60_000, totalMs: 60_000 },
      queue: queueLimits(),
      retry: { attempts: 2, initialMs: 1, maxMs: 1, longestRetryAfterMs: 60_000 },
      leavesUnfinished: () => false,
    },
    identity: { agentName: 'test', engine: 'test' },
    logger: silentLogger,
    observers: [observer],
  });
  return { file, log, runner, seen };
}

test('observers see a turn once for all its attempts', async () => {
  const gates = new Gates();
  gates.open('deaf');
  const { file, log, runner, seen } = await observedRunner(gates);
  await using _ = file;
  const { taskId } = await addTask(log);
  await runner.run(taskId, 1, { durable: false });
  expect(seen).toEqual(['began hello', 'ended completed']);
});

test('observers are notified if a turn does not stop within ten seconds of a cancel, and again when it has stopped', async () => {
  const gates = new Gates();
  const { file, log, runner, seen } = await observedRunner(gates);
  await using _ = file;
  const { taskId } = await addTask(log);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const running = runner.run(taskId, 1, { durable: false });
  while (!gates.holds('deaf')) {
    await turnOfLoop();
    await vi.advanceTimersByTimeAsync(1);
  }
  runner.abort(taskId, { code: 'canceled', message: 'Enough.' });
  await vi.advanceTimersByTimeAsync(9_000);
  expect(seen).toEqual(['began hello']);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(await running).toEqual({ kind: 'canceled' });
  expect(seen).toEqual(['began hello', 'stuck', 'ended undefined']);
  gates.open('deaf');
  await vi.waitFor(() => expect(seen.at(-1)).toBe('stopped'));
});
