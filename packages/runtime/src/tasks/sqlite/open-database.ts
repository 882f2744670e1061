import { mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, MoleculeError } from '@molecule/adapters';
import { Kysely, SqliteDialect } from 'kysely';
import type { Clock } from '../../support/clock.js';
import { StorageError } from '../storage/storage-error.js';
import { CALLER, StorageGate } from '../storage/storage-gate.js';
import { storageTrouble } from '../storage/storage-trouble.js';
import { enableAutoVacuum } from './auto-vacuum.js';
import type { DatabaseKind } from './database-kind.js';
import { migrate, sentence } from './migrate.js';
import { openFile } from './open-file.js';
import { SqliteConnection } from './sqlite-connection.js';

/** An open database, and the connection behind it. */
export interface OpenedDatabase<Schema> {
  readonly kysely: Kysely<Schema>;
  readonly connection: SqliteConnection;
}

/**
 * Opens a database and brings its schema up to date. Waits at most 20 s for a lock of another process.
 *
 * SQLite runs with a write-ahead log and `synchronous = NORMAL`: a commit survives the death of the process, and waits for no disk.
 * What must survive a power cut is synced afterwards: see {@link WalSync}.
 *
 * @param file an absolute path, or `:memory:`
 * @throws the error of the kind for `open`, `migration` or `too-new`
 */
export async function openDatabase<Schema>(
  kind: DatabaseKind<Schema>,
  file: string,
  options: { readonly logger: Logger; readonly clock: Clock },
): Promise<OpenedDatabase<Schema>> {
  const gate = new StorageGate({ ...options, place: `${kind.title} ${file}`, verb: 'opened' });
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    return await gate.run(() => open(kind, file, options.logger), CALLER);
  } catch (error) {
    if (MoleculeError.is(error) && !StorageError.is(error)) throw error;
    const reason = StorageError.is(error) ? (error.cause as Error) : (error as Error);
    throw kind.error(
      'open',
      `${sentence(kind.title)} ${file} could not be opened: ${reason.message}. ${remedyFor(reason, file)}, or set MOLECULE_STATE_DIR to another directory.`,
      error,
    );
  }
}

function remedyFor(reason: Error, file: string): string {
  if (isFull(file)) return 'No space is left on its file system: free some';
  if (storageTrouble(reason)?.locked) return 'Another process has held its lock for 20 s: end that process';
  return 'Make sure that the directory exists or can be created, that it is writable, and that the file is a database';
}

/** SQLite reports some failures of a full disk as an I/O error. */
function isFull(file: string): boolean {
  try {
    return statfsSync(dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}

async function open<Schema>(kind: DatabaseKind<Schema>, file: string, logger: Logger): Promise<OpenedDatabase<Schema>> {
  const connection = new SqliteConnection(openFile(file));
  const kysely = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
  try {
    const copy = await migrate(kysely, kind, file);
    if (copy !== undefined)
      logger.info(`${kind.title} was brought up to date; a copy of it as it was is kept`, { file, copy });
    if (file !== ':memory:') enableAutoVacuum(connection.sqlite, file, logger);
    return { kysely, connection };
  } catch (error) {
    connection.close();
    throw error;
  }
}
