import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, silentLogger } from '@molecule/adapters';
import { inject } from 'vitest';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';
import type { PostgresSettings } from '../../../src/tasks/postgres/postgres-settings.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { until } from '../until.js';
import { type FreshDatabase, freshDatabase, runSql } from './fresh-database.js';
import { urlOf } from './postgres-server.js';
import { isFirst, START_MS, startShared } from './shared-server.js';

/** A database of the run's server that has all tables. The tables are made once, because that takes longer than most tests. */
const MIGRATED = 'migrated';

/** A database for one test, and a state directory for each process that opens it. */
export interface PostgresPlace extends AsyncDisposable {
  readonly url: string;
  readonly settings: PostgresSettings;
  /** Opens the store as another process does. All are closed at the end. */
  open(changed?: Partial<PostgresSettings>, logger?: Logger): Promise<TaskStore>;
  /** Ends all connections to the database, as a restart of the server does. */
  endConnections(): Promise<void>;
}

/** A place whose database has all tables. */
export async function postgresPlace(): Promise<PostgresPlace> {
  const database = await freshDatabase(await migratedTemplate());
  // Each copy is a store of its own.
  await runSql(database.url, 'update store_id set id = gen_random_uuid()::text');
  return placeIn(database);
}

/** A place whose database has no tables. */
export async function emptyPostgresPlace(): Promise<PostgresPlace> {
  return placeIn(await freshDatabase());
}

async function placeIn(database: FreshDatabase): Promise<PostgresPlace> {
  const settings = settingsOf(database.url);
  const stateDir = await mkdtemp(join(tmpdir(), 'molecule-postgres-state-'));
  const stores: TaskStore[] = [];
  return {
    url: database.url,
    settings,
    async open(changed = {}, logger = silentLogger) {
      const own = await mkdtemp(join(stateDir, 'process-'));
      const options = { stateDir: own, logger };
      const store = await openTaskStore({ taskStore: 'postgres', database: { ...settings, ...changed }, ...options });
      stores.push(store);
      return store;
    },
    endConnections: () =>
      runSql(
        database.url,
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      ),
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

async function migratedTemplate(): Promise<string> {
  const directory = inject('postgresDirectory');
  const { port } = await startShared(directory);
  const mark = join(directory, 'has-tables');
  if (isFirst(directory, 'making-tables')) {
    await runSql(urlOf(port, 'postgres'), `create database ${MIGRATED}`);
    const stateDir = await mkdtemp(join(tmpdir(), 'molecule-postgres-state-'));
    const database = settingsOf(urlOf(port, MIGRATED));
    const store = await openTaskStore({ taskStore: 'postgres', database, stateDir, logger: silentLogger });
    await store[Symbol.asyncDispose]();
    await rm(stateDir, { recursive: true });
    await writeFile(mark, '');
  }
  await until('the tables of the tests have been made', () => existsSync(mark), START_MS);
  return MIGRATED;
}

/** The settings of a database on a server of the tests. */
export function settingsOf(url: string): PostgresSettings {
  const { hostname, port, pathname, username, password } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    user: username,
    password,
    tls: { mode: 'disable' },
    pool: 10,
    application: 'molecule test',
    notify: true,
  };
}
