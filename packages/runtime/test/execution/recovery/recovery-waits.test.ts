import { TaskState } from '@a2a-js/sdk';
import { silentLogger } from '@molecule/adapters';
import { expect, it, vi } from 'vitest';
import { startRecovery } from '../../../src/execution/recovery/recover-tasks.js';
import type { TaskHead } from '../../../src/tasks/log/records.js';
import { until } from '../../support/until.js';
import { addTask, existing, logFile, working } from '../../tasks/log/open-log.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A process that starts long after another one was killed during a turn, while Temporal is not available yet. */
async function lateLife(durable: boolean) {
  const file = await logFile();
  const { log, changes } = await file.openStore();
  const record = await addTask(log);
  const event = working(record);
  if (event.$case === 'statusUpdate' && event.value.status) event.value.status.timestamp = '2020-01-01T00:00:00.000Z';
  await log.claim(record, { turn: 1, runner: 'dead', durable, fence: record.fence }, event);
  let time = 0;
  let isDurable = false;
  const dispatched: TaskHead[] = [];
  const recovery = await startRecovery({
    log,
    dispatcher: { dispatch: (head) => void dispatched.push(head) },
    boots: { id: 'boot-2', isAlive: async () => false },
    isRunning: () => false,
    repeatableTurns: false,
    execution: { isDurable: () => isDurable, isPaused: async () => false, wantsDurable: true },
    logger: silentLogger,
    now: () => time,
  });
  /** Runs a sweep `ms` after the boot. Returns the state of the task after it. */
  const lookAfter = async (ms: number) => {
    time = ms;
    const looks = vi.spyOn(log.read, 'unfinishedClaims');
    changes.publish(record.taskId, 'free');
    await until('the sweep has ended', () => looks.mock.settledResults.at(-1)?.type === 'fulfilled');
    looks.mockRestore();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { task } = await existing(log, record.taskId);
    return { failure: task.metadata?.['molecule.code'], dispatched: dispatched.length, state: task.status?.state };
  };
  return {
    lookAfter,
    temporalIsThere: () => {
      isDurable = true;
    },
    async [Symbol.asyncDispose]() {
      recovery.stop();
      await file[Symbol.asyncDispose]();
    },
  };
}

const WAITS = { failure: undefined, dispatched: 0, state: TaskState.TASK_STATE_WORKING };

it('a durable turn waits for Temporal from the boot on, however long ago its process was killed', async () => {
  await using life = await lateLife(true);
  expect(await life.lookAfter(2 * SECOND)).toEqual(WAITS);
  expect(await life.lookAfter(29 * MINUTE)).toEqual(WAITS);
  life.temporalIsThere();
  expect(await life.lookAfter(29 * MINUTE + SECOND)).toMatchObject({ dispatched: 1 });
});

it('a durable turn whose Temporal never comes is failed after half an hour', async () => {
  await using life = await lateLife(true);
  expect(await life.lookAfter(29 * MINUTE)).toEqual(WAITS);
  expect(await life.lookAfter(31 * MINUTE)).toMatchObject({ failure: 'INTERRUPTED_BY_RESTART', dispatched: 0 });
});

it('a turn that ran directly in an outage waits for ten seconds', async () => {
  await using life = await lateLife(false);
  expect(await life.lookAfter(9 * SECOND)).toEqual(WAITS);
  expect(await life.lookAfter(11 * SECOND)).toMatchObject({ failure: 'INTERRUPTED_BY_RESTART', dispatched: 0 });
});

it('a turn that a stopping process has released does not wait for a Temporal that is away', async () => {
  await using file = await logFile();
  const { log } = await file.openStore();
  const record = await addTask(log);
  await log.claim(record, { turn: 1, runner: 'stopping', durable: true, fence: record.fence }, working(record));
  await log.release({ taskId: record.taskId, fence: record.fence + 1 });
  const dispatched: TaskHead[] = [];
  const recovery = await startRecovery({
    log,
    dispatcher: { dispatch: (head) => void dispatched.push(head) },
    boots: { id: 'boot-2', isAlive: async () => false },
    isRunning: () => false,
    repeatableTurns: false,
    execution: { isDurable: () => false, isPaused: async () => false, wantsDurable: true },
    logger: silentLogger,
  });
  await until('it is dispatched', () => dispatched.length === 1);
  recovery.stop();
});

it('turns that a stopping process has released wait neither for each other nor for a Temporal that does not answer', async () => {
  await using file = await logFile();
  const { log } = await file.openStore();
  for (const taskId of ['a', 'b']) {
    const record = await addTask(log, taskId);
    await log.claim(record, { turn: 1, runner: 'stopping', durable: true, fence: record.fence }, working(record));
    await log.release({ taskId, fence: record.fence + 1 });
  }
  const dispatched: string[] = [];
  const asked: string[] = [];
  const { promise: silence } = Promise.withResolvers<boolean>();
  const recovery = await startRecovery({
    log,
    dispatcher: { dispatch: ({ taskId }) => void dispatched.push(taskId) },
    boots: { id: 'boot-2', isAlive: async () => false },
    isRunning: () => false,
    repeatableTurns: false,
    execution: {
      isDurable: () => true,
      wantsDurable: true,
      isPaused(taskId) {
        asked.push(taskId);
        return silence;
      },
    },
    logger: silentLogger,
  });
  expect(asked).toEqual(['a', 'b']);
  await until('both are dispatched', () => dispatched.length === 2);
  recovery.stop();
});
