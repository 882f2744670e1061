import type { MoleculeError } from '@molecule/adapters';
import { type Kysely, sql } from 'kysely';
import type { ClientConfig } from 'pg';
import { isOfNextRelease } from '../storage/migration-release.js';
import { TaskLogError } from '../task-log-error.js';
import { openPool, type StorePool } from './store-pool.js';
import { MIGRATIONS } from './tables.js';

type Migrations = typeof MIGRATIONS;

/** Locked while the tables are brought up to date. */
const LOCK = 'molecule migrations';

/**
 * Brings the tables up to date, completely or not at all. If several processes start at once, one of them does it and the others wait.
 * The lock ends with the transaction, so that it also works behind PgBouncer in transaction mode.
 *
 * @returns the names of the migrations that were made
 * @throws {TaskLogError} `TASK_LOG_TOO_NEW`
 */
export async function migrate(
  config: ClientConfig,
  place: string,
  migrations: Migrations = MIGRATIONS,
): Promise<readonly string[]> {
  // A migration of a large table, and the wait for one of another process, take longer than the statements of the store may.
  const pool = openPool<unknown>({ ...config, query_timeout: 0 }, 1);
  try {
    const missing = pending(await executed(pool.kysely), place, migrations);
    return missing.length === 0 ? [] : await makePending(pool, place, migrations);
  } finally {
    await pool.close();
  }
}

function makePending(pool: StorePool<unknown>, place: string, migrations: Migrations): Promise<readonly string[]> {
  return pool.transact('begin', async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    await sql`select pg_advisory_xact_lock(hashtextextended(${LOCK}, 0))`.execute(transaction);
    await sql`create table if not exists molecule_migrations (name text primary key, made_at timestamptz not null)`.execute(
      transaction,
    );
    const names = pending(await executed(transaction), place, migrations);
    for (const name of names) {
      await migrations[name]?.(transaction);
      await sql`insert into molecule_migrations values (${name}, now())`.execute(transaction);
    }
    return names;
  });
}

/** The names of the migrations that the database lacks. @throws {TaskLogError} `TASK_LOG_TOO_NEW` */
export async function pendingMigrations(database: Kysely<unknown>, place: string): Promise<readonly string[]> {
  return pending(await executed(database), place, MIGRATIONS);
}

async function executed(database: Kysely<unknown>): Promise<ReadonlySet<string>> {
  const found = await sql<{ readonly there: boolean }>`
    select to_regclass('molecule_migrations') is not null as there`.execute(database);
  if (found.rows[0]?.there !== true) return new Set();
  const { rows } = await sql<{ readonly name: string }>`select name from molecule_migrations`.execute(database);
  return new Set(rows.map(({ name }) => name));
}

function pending(done: ReadonlySet<string>, place: string, migrations: Migrations): readonly string[] {
  const unknown = [...done].find((name) => !(name in migrations) && !isOfNextRelease(name));
  if (unknown !== undefined) throw tooNew(unknown, place);
  return Object.keys(migrations).filter((name) => !done.has(name));
}

function tooNew(unknown: string, place: string): MoleculeError {
  return new TaskLogError(
    'TASK_LOG_TOO_NEW',
    `The task log in ${place} was written by a version of @molecule/runtime that is newer by more than one minor version: it has the migration ${unknown}, and the latest one of this version is ${Object.keys(MIGRATIONS).at(-1)}. Start the newer version again, or set DATABASE_URL to another database. Nothing was changed.`,
  );
}
