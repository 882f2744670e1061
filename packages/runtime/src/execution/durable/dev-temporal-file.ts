import { existsSync, renameSync } from 'node:fs';
import type { Logger } from '@molecule/adapters';
import { Sqlite } from '../../support/sqlite/sqlite.js';
import { SqliteError } from '../../support/sqlite/sqlite-error.js';

/** SQLite's codes for a damaged file, and for a file that is no database. */
const BROKEN = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);
/** The endings of a database file and of the files that SQLite keeps beside it. */
const ENDINGS = ['', '-wal', '-shm', '-journal'];

/**
 * Renames a broken database of the development server, for example one that was copied while in use, because the server cannot serve
 * with it. It holds histories only; the tasks are in the task log. No other process may use the file meanwhile.
 */
export function moveBrokenAside(file: string, logger: Logger): void {
  const damage = damageOf(file);
  if (damage === undefined) return;
  const aside = `${file}.broken-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const ending of ENDINGS) if (existsSync(`${file}${ending}`)) renameSync(`${file}${ending}`, `${aside}${ending}`);
  logger.warn(
    'TEMPORAL_DATABASE_BROKEN: the file of the Temporal development server is broken. It was renamed, and a new one is created; all tasks are in the task log',
    { code: 'TEMPORAL_DATABASE_BROKEN', file, movedTo: aside, damage },
  );
}

/** Undefined if the file is intact, missing, or unreadable; the server reports the last case itself. */
function damageOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  let database: Sqlite | undefined;
  try {
    database = new Sqlite(file, { create: false });
    const [row] = database.prepare('PRAGMA integrity_check(1)').all([]) as readonly Record<string, unknown>[];
    const found = String(Object.values(row ?? {})[0]);
    return found === 'ok' ? undefined : found;
  } catch (error) {
    return error instanceof SqliteError && BROKEN.has(error.code) ? error.message : undefined;
  } finally {
    database?.close();
  }
}
