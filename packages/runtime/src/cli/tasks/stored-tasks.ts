import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { readWorkspace } from '../../boot/open-workspace.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { openTaskStore } from '../../tasks/open-task-store.js';
import type { TaskStore } from '../../tasks/task-store.js';
import type { CliHost } from '../host/cli-host.js';
import { configPathOf } from '../host/config-path.js';
import { TasksError } from './tasks-error.js';

/** The store of a workspace, opened beside the agent that may be running. */
export interface StoredTasks extends AsyncDisposable {
  readonly store: TaskStore;
  readonly settings: RuntimeSettings;
}

/**
 * Opens the task store of a workspace. In a state directory, nothing is created.
 *
 * @throws {TasksError} `TASKS_NOT_STORED`
 * @throws {TaskStoreError} if it belongs to another workspace, was moved, or is being moved
 * @throws {ConfigError}
 */
export async function openStoredTasks(directory: string | undefined, host: CliHost): Promise<StoredTasks> {
  const { settings } = await readWorkspace({
    configPath: configPathOf(directory, host),
    environment: host.environment,
    logger: silentLogger,
  });
  const { taskStore, stateDir, database, workspaceId } = settings;
  if (taskStore === 'memory') {
    throw new TasksError(
      'TASKS_NOT_STORED',
      'This workspace keeps its tasks in the memory of the agent (MOLECULE_TASK_STORE=memory), where no other command can read them. Ask the running agent instead: molecule task <url>',
    );
  }
  if (taskStore === 'sqlite') await assertStored(stateDir);
  const store = await openTaskStore({
    taskStore,
    stateDir,
    database,
    workspaceId,
    opener: 'command',
    logger: silentLogger,
  });
  return { store, settings, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

/**
 * Makes sure that a state directory has a task store.
 *
 * @throws {TasksError} `TASKS_NOT_STORED`
 */
export async function assertStored(stateDir: string): Promise<void> {
  const file = join(stateDir, 'tasks.db');
  if (await exists(file)) return;
  throw new TasksError(
    'TASKS_NOT_STORED',
    `There is no task store at ${file}. Was the agent started with another MOLECULE_STATE_DIR, or never? Set MOLECULE_STATE_DIR as for the agent, or name its directory with --workspace.`,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
