import { join } from 'node:path';
import { type Logger, MoleculeError } from '@molecule/adapters';
import type { ClientConfig } from 'pg';
import { type Clock, repeat } from '../../support/clock.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import { DirectoryBlobs } from '../blobs/directory-blobs.js';
import type { Boots } from '../boots.js';
import type { Changes } from '../changes.js';
import { composeStore } from '../compose-store.js';
import type { TaskLogSchema } from '../log/schema.js';
import type { Opener } from '../opener.js';
import { StorageError } from '../storage/storage-error.js';
import { CALLER, StorageGate } from '../storage/storage-gate.js';
import { TaskLogError } from '../task-log-error.js';
import type { TaskStore } from '../task-store.js';
import type { TeamSchema } from '../team/schema.js';
import { type BootsSchema, observedBoots } from './boot-rows.js';
import { connect } from './connect.js';
import { type BlobsSchema, DatabaseBlobs } from './database-blobs.js';
import { LeasedBoots, type LeasedBootsOptions } from './leased-boots.js';
import { Listener } from './listener.js';
import { migrate } from './migrate.js';
import { NotifiedChanges, sender } from './notified-changes.js';
import { PolledChanges } from './polled-changes.js';
import { PostgresDatabase } from './postgres-database.js';
import { type PostgresSettings, placeOf } from './postgres-settings.js';
import { openPool } from './store-pool.js';
import { claimStore, readStoreRow, refuseUnusable, type StoreRowSchema } from './store-row.js';

/** How often copies of files that no task names any more are removed from this machine. */
const REMOVE_COPIES_MS = 60 * 60_000;

/** Not `blobs`, where a store in the state directory has its files: these here are removed when no task of the database names them. */
const COPIES = 'copies';

interface StoreSchema extends TaskLogSchema, TeamSchema, BlobsSchema, BootsSchema, StoreRowSchema {}

export interface PostgresTablesOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Takes a step for each part that was opened. The caller runs them if the store cannot be opened. */
  readonly steps: ShutdownSteps;
  /** Copies of files are kept in it for readers on this machine. */
  readonly stateDir: string;
}

export interface PostgresStoreOptions extends PostgresTablesOptions {
  readonly opener: Opener;
  /** The workspace that opens it; undefined: it is not compared with the one whose store it is. */
  readonly workspaceId: string | undefined;
}

/** The tables of a store in PostgreSQL, up to date. */
export interface PostgresTables {
  readonly place: string;
  readonly config: ClientConfig;
  readonly database: PostgresDatabase<StoreSchema>;
  readonly copies: DirectoryBlobs;
  readonly blobs: DatabaseBlobs;
}

/**
 * The store of a PostgreSQL database, which several processes may share: all tables, files included, in one database.
 *
 * @throws {TaskStoreError} if it belongs to another workspace, was moved, or is being moved
 */
export async function openPostgresStore(settings: PostgresSettings, options: PostgresStoreOptions): Promise<TaskStore> {
  const { logger, clock, steps, opener, workspaceId } = options;
  const { place, config, database, copies, blobs } = await openPostgresTables(settings, options);
  const readRow = () => database.read(readStoreRow, CALLER);
  refuseUnusable(await readRow(), place, workspaceId);
  let listener: Listener | undefined;
  const polled = new PolledChanges(database, clock, logger);
  let changes: Changes = polled;
  const lost = () => {
    database.dropConnections();
    listener?.reconnect();
  };
  const boots = await openBoots(opener, database, { config, clock, logger, gone: () => polled.wakeAll(), lost }, steps);
  if (opener === 'agent' && workspaceId !== undefined) {
    await database.write((kysely) => claimStore(kysely, workspaceId), CALLER);
  }
  // Again: of two agents, the first one has claimed it meanwhile, and a command that moves it finds this boot only since it has a lease.
  const { id: sharedId } = refuseUnusable(await readRow(), place, workspaceId);
  if (settings.notify) {
    const channel = 'molecule_changes';
    const notified = new NotifiedChanges(polled, { clock, send: sender(database, channel, logger) });
    const opened = new Listener(config, {
      channel,
      clock,
      logger,
      received: (payload) => notified.received(payload),
      connected: () => polled.wakeAll(),
    });
    listener = opened;
    steps.add('notifications', () => opened.close());
    changes = notified;
  }
  steps.add(
    'copies of files',
    repeat(clock, REMOVE_COPIES_MS, () => removeCopies(copies, logger)),
  );
  return composeStore({ tasks: database, team: database, blobs, boots, changes, sharedId }, logger, steps);
}

/** Connects to the database and brings its tables up to date. Whether the store may be used is not checked. */
export async function openPostgresTables(
  settings: PostgresSettings,
  options: PostgresTablesOptions,
): Promise<PostgresTables> {
  const { logger, clock, steps, stateDir } = options;
  const place = placeOf(settings);
  const { config, pool } = await openTables(settings, options);
  const database = new PostgresDatabase<StoreSchema>(pool, { logger, clock, place });
  steps.add('database', () => database.close());
  const copies = new DirectoryBlobs(join(stateDir, COPIES), { logger, clock });
  const blobs = new DatabaseBlobs(database, copies);
  steps.add('files', () => copies.close());
  return { place, config, database, copies, blobs };
}

async function openBoots(
  opener: Opener,
  database: PostgresDatabase<StoreSchema>,
  options: LeasedBootsOptions,
  steps: ShutdownSteps,
): Promise<Boots> {
  if (opener === 'command') return observedBoots(database, options.logger);
  const boots = new LeasedBoots(database, options);
  steps.add('boot', () => boots.release());
  await boots.start();
  return boots;
}

/** Connections to a database whose tables are up to date. */
async function openTables(settings: PostgresSettings, { logger, clock }: PostgresTablesOptions) {
  const place = placeOf(settings);
  const gate = new StorageGate({ logger, clock, place, verb: 'opened' });
  try {
    const config = await gate.run(() => connect(settings), CALLER);
    const made = await gate.run(() => migrate(config, place), CALLER);
    if (made.length > 0) logger.info('the tables of the database were brought up to date', { place, migrations: made });
    return { config, pool: openPool<StoreSchema>(config, settings.pool) };
  } catch (error) {
    if (MoleculeError.is(error) && !StorageError.is(error)) throw error;
    const reason = StorageError.is(error) ? (error.cause as Error) : (error as Error);
    throw new TaskLogError(
      'TASK_LOG_OPEN_FAILED',
      `The task log in ${place} could not be opened: ${reason.message}. Make sure that DATABASE_URL names a database that this machine reaches, and a role that may create tables in it. To keep tasks in the state directory instead, unset DATABASE_URL.`,
      { cause: error },
    );
  }
}

async function removeCopies(copies: DirectoryBlobs, logger: Logger): Promise<void> {
  await copies.removeUnreferenced().catch((error: unknown) => {
    logger.warn('copies of files could not be removed', { error });
  });
}
