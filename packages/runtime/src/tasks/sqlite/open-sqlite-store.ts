import { join } from 'node:path';
import { repeat } from '../../support/clock.js';
import { DirectoryBlobs } from '../blobs/directory-blobs.js';
import { LocalChanges } from '../changes.js';
import { composeStore } from '../compose-store.js';
import type { TaskLogSchema } from '../log/schema.js';
import type { Opener } from '../opener.js';
import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import type { TaskStore } from '../task-store.js';
import type { TeamSchema } from '../team/schema.js';
import { BootLocks, bootsIn, observedLocks } from './boot-locks.js';
import { Checkpoints } from './checkpoints.js';
import type { DatabaseKind } from './database-kind.js';
import { keepTeamDatabase } from './keep-team-database.js';
import { KeptTaskLog } from './kept-task-log.js';
import { refuseMoved } from './move-mark.js';
import { type OpenedDatabase, openDatabase } from './open-database.js';
import { SqliteDatabase } from './sqlite-database.js';
import type { SqliteStoreOptions } from './store-options.js';
import { TASK_LOG } from './task-tables.js';
import { TEAM_DATABASE } from './team-tables.js';
import { WalSync } from './wal-sync.js';

/** How often the place of the state directory is checked: it may be deleted, moved or replaced. */
const KEEP_MS = 1_000;

/** The tables and files of a store in a state directory. */
export interface SqliteTables {
  readonly tasks: SqliteDatabase<TaskLogSchema>;
  readonly team: SqliteDatabase<TeamSchema>;
  readonly blobs: DirectoryBlobs;
  readonly kept: KeptTaskLog;
}

/**
 * The store of a state directory, which several processes may share: `tasks.db`, `team.db`, the files in `blobs` and the locks in `boots`.
 *
 * @throws {TaskStoreError} if it was moved, or is being moved
 */
export async function openSqliteStore(
  stateDir: string,
  options: SqliteStoreOptions & { readonly opener: Opener },
): Promise<TaskStore> {
  const { logger, clock, steps, opener } = options;
  refuseMoved(stateDir);
  const { tasks, team, blobs, kept } = await openSqliteTables(stateDir, options);
  const parts = { tasks, team, blobs, changes: new LocalChanges() };
  if (opener === 'command') return composeStore({ ...parts, boots: observedLocks(stateDir) }, logger, steps);
  const boots = new BootLocks(bootsIn(stateDir), crypto.randomUUID());
  steps.add('boot lock', () => boots.release());
  // Again: a command that moves the store finds this boot only since it has its lock.
  refuseMoved(stateDir);
  const keep = () =>
    keepInPlace(kept, tasks, boots).catch((error: unknown) => {
      logger.warn('the place of the state directory could not be checked', { error });
    });
  steps.add('storage watch', repeat(clock, KEEP_MS, keep));
  return composeStore({ ...parts, boots }, logger, steps);
}

/** Opens the tables and brings them up to date. Whether the store may be used is not checked. */
export async function openSqliteTables(stateDir: string, options: SqliteStoreOptions): Promise<SqliteTables> {
  const { logger, clock, steps } = options;
  const { tasks, kept } = await openTasks(join(stateDir, 'tasks.db'), options);
  const team = await openTeam(join(stateDir, 'team.db'), options);
  const blobs = new DirectoryBlobs(join(stateDir, 'blobs'), { logger, clock });
  steps.add('files', () => blobs.close());
  return { tasks, team, blobs, kept };
}

async function openTasks(file: string, options: SqliteStoreOptions) {
  const opened = await openDatabase(TASK_LOG, file, options);
  const kept = new KeptTaskLog(file, opened, options.logger);
  const tasks = await openSynced(TASK_LOG, file, opened, { ...options, kept });
  return { tasks, kept };
}

async function openTeam(file: string, options: SqliteStoreOptions) {
  const opened = await openDatabase(TEAM_DATABASE, file, options);
  const team = await openSynced(TEAM_DATABASE, file, opened, options);
  keepTeamDatabase(opened.connection, file, options.logger);
  return team;
}

/** The database with its checkpoints and syncs. What an earlier process has committed and not synced is synced first. */
async function openSynced<Schema>(
  kind: DatabaseKind<Schema>,
  file: string,
  { kysely, connection }: OpenedDatabase<Schema>,
  options: SqliteStoreOptions & { readonly kept?: KeptTaskLog },
): Promise<SqliteDatabase<Schema>> {
  const { durability, steps, kept, logger, clock } = options;
  const checkpoints = new Checkpoints(file, options);
  const sync = durability === 'machine' && { sync: new WalSync(file, connection, checkpoints) };
  const database = new SqliteDatabase(kysely, {
    connection,
    kind,
    file,
    logger,
    clock,
    checkpoints,
    ...sync,
    ...(kept && { kept }),
  });
  steps.add(kind.title, () => database.close());
  await database.synced(CALLER);
  return database;
}

async function keepInPlace(kept: KeptTaskLog, tasks: Database<TaskLogSchema>, boots: BootLocks): Promise<void> {
  if (await kept.keep()) return boots.restore();
  // If the file is not under its path, this reports the trouble; later, its end.
  await tasks.probe().catch(() => {});
}
