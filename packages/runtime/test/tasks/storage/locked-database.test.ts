import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { addTask, claim, completed, logFile } from '../log/open-log.js';
import { holdLock } from './hold-lock.js';

it('a locked database blocks neither the event loop nor a task', async () => {
  const { adapter, gates } = playAdapter();
  const { logger, lines } = recordingLogger();
  await using runtime = await startTestRuntime({ adapter, logger });
  const client = await connect(runtime.url);
  const running = await begin(client, play({ say: 'one' }, { gate: 'go' }, { stream: 200, everyMs: 1 }));
  await until('it has spoken', async () => answerOf(await getTask(client, running.id)) === 'one');
  await using lock = await holdLock(join(runtime.info.stateDir, 'tasks.db'));
  gates.open('go');
  const sent = Array.from({ length: 5 }, (_, index) => send(client, `during ${index}`));
  await until('the lock is logged', () => lines.some(({ message }) => message.includes('storage trouble')));
  expect((await fetch(`${runtime.url}/readyz`)).status).toBe(503);
  // If the write blocked the event loop, these would be answered only after the release of the lock.
  for (let count = 0; count < 100; count++) expect((await fetch(`${runtime.url}/healthz`)).status).toBe(200);
  await lock.release();
  expect((await Promise.all(sent)).map(stateOf)).toEqual(Array(5).fill('completed'));
  await until('the turn has ended', async () => stateOf(await getTask(client, running.id)) === 'completed');
  expect((await fetch(`${runtime.url}/readyz`)).status).toBe(200);
});

it('the deletion of old events waits for a lock, because a sweep that ends at each one never reaches what comes after', async () => {
  await using file = await logFile();
  const log = await file.open();
  const task = await addTask(log);
  await (await claim(log, task))?.finish([completed(task)], { result: { kind: 'completed', finalText: '' } });
  await using lock = await holdLock(file.file);
  const compacted = log.compact(Date.now() + 1_000);
  compacted.catch(() => {});
  await until('it has tried', () => log.trouble !== undefined);
  await lock.release();
  await compacted;
  expect(await log.read.eventsAfter(task.taskId, 0)).toEqual([]);
});
