import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { openTaskStore } from '../../tasks/open-task-store.js';
import { openStateDirectory } from '../../tasks/storage/state-directory.js';
import { type CheckResult, failFor, ok, warn } from './check.js';
import { checkDatabase } from './check-database.js';
import { checkSpace } from './check-space.js';

/**
 * Opens the task store of a state directory as a start does, which also migrates its tables, and closes it. Also says what uses its
 * space. Of a database, nothing is changed.
 */
export async function checkTaskStore(
  settings: Pick<RuntimeSettings, 'taskStore' | 'stateDir' | 'retention' | 'database' | 'workspaceId'>,
): Promise<readonly CheckResult[]> {
  const { taskStore, stateDir, database } = settings;
  if (taskStore === 'memory') {
    return [warn('task store', 'in memory: all tasks are lost when the process ends', 'unset MOLECULE_TASK_STORE')];
  }
  if (database) return checkDatabase(database, settings.workspaceId);
  const file = join(stateDir, 'tasks.db');
  try {
    await openStateDirectory(stateDir, silentLogger);
    await using store = await openTaskStore({ taskStore, stateDir, opener: 'command', logger: silentLogger });
    await store.log.read.ping();
    return [ok('task store', `${file}: SQLite, tables up to date`), await checkSpace(settings, store.log)];
  } catch (error) {
    return [failFor('task store', error)];
  }
}
