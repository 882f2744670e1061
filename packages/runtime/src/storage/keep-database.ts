import { existsSync, linkSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { FilePlace } from './file-place.js';
import { openFile } from './open-file.js';
import { makePrivateFile } from './private-file.js';
import type { SqliteConnection } from './sqlite-connection.js';

/** How often it is looked whether the file is where it was. */
const LOOK_MS = 1_000;

/**
 * Keeps a small database under its path until its connection is closed: one that was deleted is written again, and another
 * file that has taken its place is used from then on, since another process of the workspace may have written it again.
 */
export function keepDatabase(connection: SqliteConnection, file: string, logger: Logger): void {
  const place = new FilePlace(file);
  let failure = '';
  const timer = setInterval(() => {
    if (!connection.sqlite.isOpen) return clearInterval(timer);
    try {
      keep(connection, place, logger);
      failure = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== failure) logger.error('a database could not be restored; it is tried again', { file, error });
      failure = message;
    }
  }, LOOK_MS);
  timer.unref();
}

function keep(connection: SqliteConnection, place: FilePlace, logger: Logger): void {
  const where = place.check();
  // A directory that is gone is made again by the task log, which knows whether it was only moved.
  if (where !== 'deleted' && where !== 'replaced') return;
  if (!existsSync(dirname(place.path)) || connection.sqlite.inTransaction) return;
  place.clearCompanions();
  if (where === 'deleted') writeAgain(connection, place.path);
  connection.replace(openFile(place.path));
  place.renew();
  logger.warn(
    `a database was ${where} while this process used it; ${where === 'deleted' ? 'it was written again' : 'the new file is used'}`,
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
    // Unlike a rename it takes nothing away from another process that was faster.
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}
