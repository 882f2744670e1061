import { expect, it } from 'vitest';
import { DirectDispatcher } from '../../../src/execution/turns/direct-dispatcher.js';
import type { TurnRunner } from '../../../src/execution/turns/turn-runner.js';
import { StorageError } from '../../../src/tasks/storage/storage-error.js';
import { recordingLogger } from '../../../src/testing/recording-logger.js';
import { until } from '../../support/until.js';
import { addTask, existing, logFile } from '../../tasks/log/open-log.js';

it('a turn that the storage kept from its end is left to recovery, and one that the runtime could not run fails', async () => {
  await using file = await logFile();
  const log = await file.open();
  const { logger, lines } = recordingLogger();
  const failing = (error: Error) =>
    new DirectDispatcher({ run: () => Promise.reject(error) } as unknown as TurnRunner, log, logger);
  const [left, failed] = [await addTask(log), await addTask(log)];
  failing(new StorageError('STORAGE_UNAVAILABLE', 'no answer')).dispatch(left);
  await until('it is logged', () => lines.length > 0);
  failing(new Error('a fault')).dispatch(failed);
  await until('it has failed', async () => (await existing(log, failed.taskId)).terminal);
  expect((await existing(log, left.taskId)).terminal).toBe(false);
});
