import { existsSync, rmSync } from 'node:fs';
import { MoleculeError } from '@molecule/adapters';
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { isOfNextRelease } from '../storage/migration-release.js';
import { storageTrouble } from '../storage/storage-trouble.js';
import type { DatabaseKind } from './database-kind.js';
import { copyBefore, keepCopy, missingRoom } from './keep-copy.js';

/**
 * Brings the schema up to date, completely or not at all. If several processes open a new database at once, one of them
 * migrates it and the others wait. Before an existing database is changed, a copy of it is kept beside it.
 *
 * @returns the path of the copy; undefined if there was nothing to copy
 * @throws the error of the kind for `migration` or `too-new`; what SQLite throws if storage is in trouble
 */
export async function migrate<Schema>(
  database: Kysely<Schema>,
  kind: DatabaseKind<Schema>,
  file: string,
): Promise<string | undefined> {
  return database.connection().execute(async (connection) => {
    const anySchema = connection as unknown as Kysely<unknown>;
    let copy: string | undefined;
    try {
      // Kysely runs SQLite's migrations neither in a transaction nor under a lock; `begin immediate` is both.
      await sql`begin immediate`.execute(connection);
      const executed = await executedMigrations(anySchema);
      refuseNewer(executed, kind, file);
      copy = await keepCopyBeforePending(executed, kind, file);
      if (isBehind(executed, kind)) await migrateToLatest(anySchema, kind);
      await sql`commit`.execute(connection);
      return copy;
    } catch (error) {
      await sql`rollback`.execute(connection);
      // The file is as it was, so the copy is of no use.
      if (copy !== undefined) rmSync(copy, { force: true });
      if (MoleculeError.is(error)) throw error;
      const trouble = storageTrouble(error);
      if (trouble?.code === 'STORAGE_FULL' && file !== ':memory:') throw noRoom(kind, file, error);
      if (trouble) throw error;
      throw kind.error(
        'migration',
        `${sentence(kind.title)} ${file} could not be brought up to date: ${(error as Error).message}. Nothing was changed. Move the file away to begin with an empty one, or restore a copy of it.`,
        error,
      );
    }
  });
}

/** With a capital letter, for the beginning of a message. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The names of the migrations that the file has, in order. */
async function executedMigrations(database: Kysely<unknown>): Promise<readonly string[]> {
  const table = await sql`select name from sqlite_master where type = 'table' and name = 'kysely_migration'`.execute(
    database,
  );
  if (table.rows.length === 0) return [];
  const { rows } = await sql<{ readonly name: string }>`select name from kysely_migration order by name`.execute(
    database,
  );
  return rows.map(({ name }) => name);
}

function refuseNewer<Schema>(executed: readonly string[], kind: DatabaseKind<Schema>, file: string): void {
  const unknown = executed.find((name) => !(name in kind.migrations) && !isOfNextRelease(name));
  if (unknown === undefined) return;
  const copy = copyBefore(file, unknown);
  const back = existsSync(copy)
    ? ` To go back to this version, delete ${file} with its -wal and -shm files and rename ${copy} to ${file}: that copy is from before the newer version, so it lacks what came since.`
    : '';
  throw kind.error(
    'too-new',
    `${sentence(kind.title)} ${file} was written by a version of @molecule/runtime that is newer by more than one minor version: it has the migration ${unknown}, and the latest one of this version is ${Object.keys(kind.migrations).at(-1)}. Start the newer version again, or set MOLECULE_STATE_DIR to another directory.${back} Nothing was changed.`,
  );
}

/** True if the file lacks a migration. Kysely refuses a file with one that it does not know. */
function isBehind<Schema>(executed: readonly string[], { migrations }: DatabaseKind<Schema>): boolean {
  return Object.keys(migrations).some((name) => !executed.includes(name));
}

/** Copies an existing database that is about to be migrated. @returns the path of the copy */
async function keepCopyBeforePending<Schema>(
  executed: readonly string[],
  kind: DatabaseKind<Schema>,
  file: string,
): Promise<string | undefined> {
  const pending = Object.keys(kind.migrations).find((name) => !executed.includes(name));
  if (pending === undefined || executed.length === 0 || file === ':memory:') return undefined;
  if (missingRoom(file)) throw noRoom(kind, file);
  const copy = copyBefore(file, pending);
  await keepCopy(file, copy);
  return copy;
}

function noRoom<Schema>(kind: DatabaseKind<Schema>, file: string, cause?: unknown): MoleculeError {
  const { needed = 0, free = 0 } = missingRoom(file) ?? {};
  const found = needed > 0 ? `: it needs ${inMegabytes(needed)} MB, and ${inMegabytes(free)} MB are free` : '';
  return kind.error(
    'migration',
    `${sentence(kind.title)} ${file} could not be brought up to date, because its file system has no room for that and for a copy of it${found}. Free some space and start again. Nothing was changed.`,
    cause,
  );
}

function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}

async function migrateToLatest<Schema>(database: Kysely<unknown>, kind: DatabaseKind<Schema>): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => ({ ...kind.migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
