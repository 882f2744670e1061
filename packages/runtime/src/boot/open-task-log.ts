import { join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import type { RuntimeSettings } from '../environment/runtime-settings.js';
import { openStateDirectory } from '../storage/state-directory.js';
import { StorageError } from '../storage/storage-error.js';
import { type BootLocks, holdBootLock, soleBoot } from '../task-log/boot-locks.js';
import { TaskLog } from '../task-log/task-log.js';
import type { ShutdownSteps } from './shutdown-steps.js';

/** How often finished tasks' events are dropped. */
const COMPACT_MS = 60_000;
/** How often it is looked whether the state directory was deleted, moved or replaced. */
const KEEP_MS = 1_000;

/** The task log, and the lock that tells other processes that this one lives. */
export async function openTaskLog(
  settings: RuntimeSettings,
  logger: Logger,
  steps: ShutdownSteps,
): Promise<{ readonly log: TaskLog; readonly locks: BootLocks }> {
  const bootId = crypto.randomUUID();
  const inMemory = settings.taskStore === 'memory';
  await openStateDirectory(settings.stateDir, logger);
  const log = await TaskLog.open(inMemory ? ':memory:' : join(settings.stateDir, 'tasks.db'), { logger });
  steps.add('task log', () => log.close());
  const locks = inMemory ? soleBoot(bootId) : holdBootLock(join(settings.stateDir, 'boots'), bootId);
  steps.add('boot lock', () => locks.release());
  const timer = setInterval(() => {
    log.compact().catch((error: unknown) => {
      // The log has told of storage trouble already.
      if (!StorageError.is(error)) logger.warn('old events could not be dropped', { error });
    });
  }, COMPACT_MS);
  timer.unref();
  if (!inMemory) steps.add('storage watch', keepInPlace(log, locks, logger));
  steps.add('compaction', () => clearInterval(timer));
  return { log, locks };
}

/** Looks every second whether the state directory is where it was. */
function keepInPlace(log: TaskLog, locks: BootLocks, logger: Logger): () => void {
  const look = async () => {
    if (await log.keep()) locks.restore();
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => logger.warn('the state directory could not be looked at', { error }));
  }, KEEP_MS);
  timer.unref();
  return () => clearInterval(timer);
}
