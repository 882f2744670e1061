import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import type { RuntimeSettings } from '../../environment/runtime-settings.js';
import { openStateDirectory } from '../../storage/state-directory.js';
import { TaskLog } from '../../task-log/task-log.js';
import { type CheckResult, failFor, ok, warn } from './check.js';

/** Opens the task log as a start would, which brings its tables up to date, and closes it. */
export async function checkTaskStore(settings: Pick<RuntimeSettings, 'taskStore' | 'stateDir'>): Promise<CheckResult> {
  const { taskStore, stateDir } = settings;
  if (taskStore === 'memory') {
    return warn('task store', 'in memory: tasks are forgotten when the process ends', 'unset MOLECULE_TASK_STORE');
  }
  const file = join(stateDir, 'tasks.db');
  try {
    await openStateDirectory(stateDir, silentLogger);
    const log = await TaskLog.open(file);
    try {
      await log.read.ping();
    } finally {
      await log.close();
    }
    return ok('task store', `${file}: SQLite, tables up to date`);
  } catch (error) {
    return failFor('task store', error);
  }
}
