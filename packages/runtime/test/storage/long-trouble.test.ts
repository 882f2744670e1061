import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskState } from '@a2a-js/sdk';
import { type AgentEngine, silentLogger, type TurnEvent } from '@molecule/adapters';
import * as temporal from '@molecule/temporal';
import { describe, expect, it } from 'vitest';
import { RunnerBody } from '../../src/durable/runner-body.js';
import { DirectExecutor } from '../../src/runner/direct-executor.js';
import { TaskRunner } from '../../src/runner/task-runner.js';
import { TaskLog } from '../../src/task-log/task-log.js';
import { answerOf } from '../support/a2a-client.js';
import { Gates } from '../support/gates.js';
import { ManualClock } from '../support/manual-clock.js';
import { recordingLogger } from '../support/recording-logger.js';
import { until } from '../support/until.js';
import { addTask, existing } from '../task-log/open-log.js';
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

/** A process with a task that runs and has spoken, on a clock of its own. */
async function speaking(disk: SmallDisk, mode: string) {
  const clock = new ManualClock();
  const { logger, lines } = recordingLogger();
  const log = await TaskLog.open(join(disk.path, 'state', 'tasks.db'), { clock, logger });
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
  const runner = new TaskRunner({
    log,
    engine,
    bootId: 'boot-1',
    isAlive: (other) => other === 'boot-1',
    logger: silentLogger,
    // No limit ends a turn that waits for storage.
    limits: { idleMs: 10 * SECOND, totalMs: 15 * SECOND },
    clock,
    queueLimit: 16,
    retry: { attempts: 3, initialMs: 1, maxMs: 1, longestRetryAfterMs: 1_000 },
    leavesUnfinished: () => false,
    identity: { agentName: 'test', engine: 'test' },
  });
  const record = await addTask(log);
  const { taskId } = record;
  if (mode === 'direct') new DirectExecutor(runner, log, silentLogger).execute(record.input, record);
  else {
    const controls = { signal: new AbortController().signal, durable: true, attempt: 1, heartbeat: () => {} };
    const body = new RunnerBody(runner, log, temporal);
    body.run(record.input, controls as unknown as Parameters<RunnerBody['run']>[1]).catch(() => {});
  }
  const waitFor = (text: string) =>
    until(`it has said ${text.length} characters`, async () => answerOf((await existing(log, taskId)).task) === text);
  await waitFor('first ');
  return { log, runner, clock, gates, taskId, lines, waitFor, attempts: () => attempts };
}

describe.skipIf(!(await canMount()))('a turn outlasts storage trouble', () => {
  const rows = Object.keys(TROUBLES).flatMap((trouble) =>
    [20 * SECOND, 10 * MINUTE].flatMap((ms) => ['direct', 'durable'].map((mode) => ({ trouble, ms, mode }))),
  );
  it.each(rows)('$trouble for $ms ms, $mode', async ({ trouble, ms, mode }) => {
    await using disk = await smallDisk('3m');
    if (!disk) throw new Error('There is no disk.');
    const { log, runner, clock, gates, taskId, lines, waitFor, attempts } = await speaking(disk, mode);
    const end = await TROUBLES[trouble]?.(disk);
    gates.open('go');
    // The end of the turn falls into the trouble, too.
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
    expect(told.map(({ level }) => level)).toEqual(trouble === 'gone' ? [] : ['error', 'info']);
    await log.close();
  });
});
