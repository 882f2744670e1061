import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskState } from '@a2a-js/sdk';
import { type AgentEngine, silentLogger, type TurnEvent } from '@molecule/adapters';
import * as temporal from '@molecule/temporal';
import { describe, expect, it } from 'vitest';
import { createTurnBody } from '../../../src/execution/durable/turn-body.js';
import { DirectDispatcher } from '../../../src/execution/turns/direct-dispatcher.js';
import { TurnRunner } from '../../../src/execution/turns/turn-runner.js';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';
import { answerOf } from '../../support/a2a-client.js';
import { Gates } from '../../support/gates.js';
import { ManualClock } from '../../support/manual-clock.js';
import { queueLimits } from '../../support/queue-limits.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { until } from '../../support/until.js';
import { addTask, existing } from '../log/open-log.js';
import { canMount, type SmallDisk, smallDisk } from './full-disk.js';
import { holdLock } from './hold-lock.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TEXT = 'x'.repeat(20_000);

const TROUBLES: Readonly<Record<string, (disk: SmallDisk) => Promise<() => Promise<void>>>> = {
  async full(disk) {
    await disk.fill();
    return () => disk.free();
  },
  async locked({ path }) {
    const lock = await holdLock(join(path, 'state', 'tasks.db'));
    return () => lock.release();
  },
  async gone({ path }) {
    await rename(join(path, 'state'), join(path, 'elsewhere'));
    return () => rename(join(path, 'elsewhere'), join(path, 'state'));
  },
};

/** A process with a running task that has produced text, on an injected clock. */
async function speaking(disk: SmallDisk, mode: string) {
  const clock = new ManualClock();
  const { logger, lines } = recordingLogger();
  const stateDir = join(disk.path, 'state');
  const store = await openTaskStore({ taskStore: 'sqlite', stateDir, clock, logger });
  const { log } = store;
  const gates = new Gates();
  let attempts = 0;
  const engine: AgentEngine = {
    async *runTurn(_turn, { signal }): AsyncGenerator<TurnEvent> {
      attempts++;
      yield { type: 'text-delta', text: 'first ' };
      await gates.passed('go', signal);
      yield { type: 'file', file: { kind: 'file', name: 'a.txt', data: 'aGVsbG8=' } };
      for (let part = 0; part < 3; part++) yield { type: 'text-delta', text: TEXT };
      await gates.passed('end', signal);
      yield { type: 'finish' };
    },
  };
  const runner = new TurnRunner({
    log,
    engine,
    boots: { id: 'boot-1', isAlive: async (other) => other === 'boot-1' },
    rules: {
      // No limit ends a turn that waits for storage.
      limits: { idleMs: 10 * SECOND, totalMs: 15 * SECOND },
      clock,
      queue: queueLimits(),
      retry: { attempts: 3, initialMs: 1, maxMs: 1, longestRetryAfterMs: 1_000 },
      leavesUnfinished: () => false,
    },
    identity: { agentName: 'test', engine: 'test' },
    logger: silentLogger,
  });
  const record = await addTask(log);
  const { taskId } = record;
  if (mode === 'direct') new DirectDispatcher(runner, log, silentLogger).dispatch(record);
  else {
    const controls = { signal: new AbortController().signal, durable: true, heartbeat: () => {} };
    const body = createTurnBody(runner, log, temporal);
    body.run(record.input, controls).catch(() => {});
  }
  const waitFor = (text: string) =>
    until(`it has said ${text.length} characters`, async () => answerOf((await existing(log, taskId)).task) === text);
  await waitFor('first ');
  return { log, store, runner, clock, gates, taskId, lines, waitFor, attempts: () => attempts };
}

describe.skipIf(!(await canMount()))('a turn outlasts storage trouble', () => {
  const rows = Object.keys(TROUBLES).flatMap((trouble) =>
    [20 * SECOND, 10 * MINUTE].flatMap((ms) => ['direct', 'durable'].map((mode) => ({ trouble, ms, mode }))),
  );
  it.each(rows)('$trouble for $ms ms, $mode', async ({ trouble, ms, mode }) => {
    await using disk = await smallDisk('3m');
    if (!disk) throw new Error('There is no disk.');
    const { log, store, runner, clock, gates, taskId, lines, waitFor, attempts } = await speaking(disk, mode);
    const end = await TROUBLES[trouble]?.(disk);
    gates.open('go');
    // The end of the turn also happens during the trouble.
    await clock.pass(SECOND);
    gates.open('end');
    await clock.pass(ms);
    expect(runner.isRunning(taskId) || trouble === 'gone').toBe(true);
    await end?.();
    await clock.pass(SECOND);
    await waitFor(`first ${TEXT.repeat(3)}`);
    await until('it has ended', async () => (await existing(log, taskId)).state === TaskState.TASK_STATE_COMPLETED);
    expect([attempts(), runner.activeTurns()]).toEqual([1, 0]);
    await clock.pass(2 * SECOND);
    await log.probe();
    const told = lines.filter(({ message }) => message.includes('storage trouble'));
    expect(told.map(({ level }) => level)).toEqual(['error', 'info']);
    await store[Symbol.asyncDispose]();
  });
});
