import type { Logger } from '@molecule/adapters';
import { type Clock, monotonicClock } from '../support/clock.js';
import { ShutdownSteps } from '../support/shutdown-steps.js';
import type { Opener } from './opener.js';
import type { PostgresStoreOptions } from './postgres/open-postgres-store.js';
import type { PostgresSettings } from './postgres/postgres-settings.js';
import { openMemoryStore } from './sqlite/open-memory-store.js';
import { openSqliteStore } from './sqlite/open-sqlite-store.js';
import type { Durability } from './storage/durability.js';
import type { TaskStore } from './task-store.js';

export interface TaskStoreSettings {
  /** `memory`: everything is lost when the process ends. */
  readonly taskStore: 'sqlite' | 'memory' | 'postgres';
  /** An absolute path. Not used by `memory`. */
  readonly stateDir: string;
  /** For `postgres`. */
  readonly database?: PostgresSettings | undefined;
  /** Default: `machine`. */
  readonly durability?: Durability;
  /** Default: `agent`. */
  readonly opener?: Opener;
  /** The workspace that opens it. A database remembers whose it is. Default: that is neither checked nor remembered. */
  readonly workspaceId?: string;
  readonly logger: Logger;
  /** For waits during storage trouble. */
  readonly clock?: Clock;
}

/**
 * Opens the task store of a workspace, and brings its tables up to date.
 *
 * @throws {TaskLogError} `TASK_LOG_OPEN_FAILED`, `TASK_LOG_MIGRATION_FAILED`, `TASK_LOG_TOO_NEW`
 * @throws {TaskStoreError} if it belongs to another workspace, was moved, or is being moved
 * @throws {TeamDatabaseError} `TEAM_DATABASE_OPEN_FAILED`, `TEAM_DATABASE_TOO_NEW`
 */
export async function openTaskStore(settings: TaskStoreSettings): Promise<TaskStore> {
  const { taskStore, stateDir, durability = 'machine', logger, clock = monotonicClock } = settings;
  const { opener = 'agent', workspaceId } = settings;
  const steps = new ShutdownSteps();
  try {
    if (taskStore === 'postgres')
      return await openPostgres(settings, { logger, clock, steps, stateDir, opener, workspaceId });
    const options = { durability, logger, clock, steps };
    if (taskStore === 'memory') return await openMemoryStore(options);
    return await openSqliteStore(stateDir, { ...options, opener });
  } catch (error) {
    await steps.runAll(logger);
    throw error;
  }
}

/** The client of PostgreSQL is loaded only if it is used. */
async function openPostgres({ database }: TaskStoreSettings, options: PostgresStoreOptions): Promise<TaskStore> {
  if (!database) throw new TypeError('A store in PostgreSQL needs a database.');
  const { openPostgresStore } = await import('./postgres/open-postgres-store.js');
  return openPostgresStore(database, options);
}
