import { existsSync, renameSync } from 'node:fs';
import type { Logger } from '@molecule/adapters';
import { Sqlite } from '../storage/sqlite.js';
import { SqliteError } from '../storage/sqlite-error.js';

/** What SQLite says of a file that is damaged, or was never one of its own. */
const BROKEN = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);
/** A database, and what SQLite keeps beside it. */
const ENDINGS = ['', '-wal', '-shm', '-journal'];

/**
 * Moves a broken database of the development server aside, say one that was copied while it was in use: the server would
 * answer nothing with it. It holds histories only; the tasks are in the task log. Nothing else may use the file meanwhile.
 */
export function moveBrokenAside(file: string, logger: Logger): void {
  const damage = damageOf(file);
  if (damage === undefined) return;
  const aside = `${file}.broken-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const ending of ENDINGS) if (existsSync(`${file}${ending}`)) renameSync(`${file}${ending}`, `${aside}${ending}`);
  logger.warn(
    'TEMPORAL_DATABASE_BROKEN: the file of the Temporal development server is broken. It was moved aside, and a new one is begun; all tasks are in the task log',
    { code: 'TEMPORAL_DATABASE_BROKEN', file, movedTo: aside, damage },
  );
}

/** Undefined: it is whole, or not there, or cannot be looked at, which the server itself then tells. */
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
