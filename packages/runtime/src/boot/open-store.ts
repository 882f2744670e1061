import type { Logger } from '@molecule/adapters';
import type { RuntimeSettings } from '../settings/environment/runtime-settings.js';
import type { ShutdownSteps } from '../support/shutdown-steps.js';
import { openTaskStore } from '../tasks/open-task-store.js';
import { BootLocks, bootsIn } from '../tasks/sqlite/boot-locks.js';
import { openStateDirectory } from '../tasks/storage/state-directory.js';
import type { TaskStore } from '../tasks/task-store.js';

/** Opens the state directory, which every workspace has, and the task store, which is in it or in a database. */
export async function openStore(settings: RuntimeSettings, logger: Logger, steps: ShutdownSteps): Promise<TaskStore> {
  const { taskStore, stateDir, durability, database, workspaceId } = settings;
  await openStateDirectory(stateDir, logger);
  if (taskStore !== 'sqlite') holdStateDirectory(stateDir, steps);
  const store = await openTaskStore({ taskStore, stateDir, durability, database, workspaceId, logger });
  steps.add('task store', () => store[Symbol.asyncDispose]());
  return store;
}

/** Shows other commands that an agent uses the directory: the store shows it only if it is there, too. */
function holdStateDirectory(stateDir: string, steps: ShutdownSteps): void {
  const lock = new BootLocks(bootsIn(stateDir), crypto.randomUUID());
  steps.add('lock of the state directory', () => lock.release());
}
