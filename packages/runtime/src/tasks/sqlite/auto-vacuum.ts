import type { Logger } from '@molecule/adapters';
import type { Sqlite } from '../../support/sqlite/sqlite.js';
import { missingRoom } from './keep-copy.js';

/**
 * Lets a file become smaller when something is deleted. A new file can from its beginning; an older one is rewritten once. If
 * that is not possible now, the next start tries again.
 */
export function enableAutoVacuum(sqlite: Sqlite, file: string, logger: Logger): void {
  const [row] = sqlite.prepare('pragma auto_vacuum').all([]) as readonly { readonly auto_vacuum: number }[];
  if (row?.auto_vacuum !== 0) return;
  const missing = missingRoom(file);
  if (missing) {
    logger.warn('the file of a database cannot become smaller: there is no room to rewrite it', { file, ...missing });
    return;
  }
  try {
    // What is rewritten does not fit into memory.
    sqlite.exec('pragma temp_store = file');
    sqlite.exec('pragma auto_vacuum = incremental');
    sqlite.exec('vacuum');
    sqlite.exec('pragma wal_checkpoint(truncate)');
  } catch (error) {
    logger.warn('the file of a database could not be rewritten; the next start tries again', { file, error });
  } finally {
    sqlite.exec('pragma temp_store = memory');
  }
}
