import { existsSync, linkSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { FilePlace } from '../../support/files/file-place.js';
import { makePrivateFile } from '../../support/files/private-file.js';
import { openFile } from './open-file.js';
import type { SqliteConnection } from './sqlite-connection.js';

/** How often the file's place is checked. */
const CHECK_MS = 1_000;

/**
 * Keeps the file of the open team database under its path until the connection is closed. If the file was deleted, it is written
 * again. If it was replaced, the new file is used: another process of the workspace may have written it again.
 */
export function keepTeamDatabase(connection: SqliteConnection, file: string, logger: Logger): void {
  const place = new FilePlace(file);
  let failure = '';
  const timer = setInterval(() => {
    if (!connection.sqlite.isOpen) return clearInterval(timer);
    try {
      keep(connection, place, logger);
      failure = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== failure)
        logger.error('the team database could not be restored; the next check tries again', { file, error });
      failure = message;
    }
  }, CHECK_MS);
  timer.unref();
}

function keep(connection: SqliteConnection, place: FilePlace, logger: Logger): void {
  const where = place.check();
  // The task log creates a deleted directory again, because it can tell whether the directory was only moved.
  if (where !== 'deleted' && where !== 'replaced') return;
  if (!existsSync(dirname(place.path)) || connection.sqlite.inTransaction) return;
  place.clearCompanions();
  if (where === 'deleted') writeAgain(connection, place.path);
  connection.replace(openFile(place.path));
  place.renew();
  logger.warn(
    `the team database was ${where} while this process used it; ${where === 'deleted' ? 'it was written again' : 'the new file is used'}`,
    {
      file: place.path,
    },
  );
}

function writeAgain({ sqlite }: SqliteConnection, file: string): void {
  const unfinished = `${file}.${process.pid}`;
  makePrivateFile(unfinished);
  try {
    sqlite.prepare('vacuum into ?').run([unfinished]);
    // Unlike a rename, a link fails if another process was faster, and does not replace its file.
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}
