import { silentLogger } from '@molecule/adapters';
import { readWorkspace } from '../../boot/open-workspace.js';
import { renameStore } from '../../tasks/postgres/rename-store.js';
import { terminalText } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { configPathOf } from '../host/config-path.js';
import { UsageError } from '../host/usage-error.js';
import type { TasksOptions } from './options.js';
import { TasksError } from './tasks-error.js';

/** Gives the store in a database, which remembers whose it is, to the workspace under its present name. */
export async function renameWorkspace(ids: readonly string[], options: TasksOptions, host: CliHost): Promise<number> {
  const [before] = ids;
  if (before === undefined || ids.length > 1) {
    throw new UsageError('molecule tasks rename wants the name that the workspace had before.');
  }
  const { settings } = await readWorkspace({
    configPath: configPathOf(options.workspace, host),
    environment: host.environment,
    logger: silentLogger,
  });
  const { database, stateDir, workspaceId } = settings;
  if (!database) {
    throw new TasksError(
      'TASKS_NOT_STORED',
      'This workspace keeps its tasks in its state directory, which has no name to change. Set DATABASE_URL as for the agent.',
    );
  }
  await renameStore(database, { before, workspaceId, stateDir, logger: silentLogger });
  host.stdout.write(terminalText(`the tasks of ${before} are now those of ${workspaceId}\n`));
  return EXIT_CODES.ok;
}
