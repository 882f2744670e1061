import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../until.js';
import { makeServerDirectory } from './postgres-programs.js';
import { controlOf, createPostgres, type PostgresServer } from './postgres-server.js';

/** To unpack the programs, to make the files of a database server and to start it, on a busy machine. */
export const START_MS = 120_000;

type Started = Pick<PostgresServer, 'programs' | 'port'>;

/** The server that the tests of a run share, in a directory. The first caller of all processes starts it. */
export async function startShared(directory: string): Promise<PostgresServer> {
  if (isFirst(directory, 'starting')) {
    const { programs, port } = await createPostgres(directory, { fsync: false });
    const file = startedFile(directory);
    writeFileSync(`${file}.new`, JSON.stringify({ programs, port }));
    renameSync(`${file}.new`, file);
  }
  return until('the PostgreSQL server of the tests has started', () => sharedServer(directory), START_MS);
}

/** The running server; undefined: nobody has started it. */
export function sharedServer(directory: string): PostgresServer | undefined {
  try {
    const started = JSON.parse(readFileSync(startedFile(directory), 'utf8')) as Started;
    return controlOf(started.programs, directory, started.port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** True for one of all callers in all processes. */
export function isFirst(directory: string, what: string): boolean {
  makeServerDirectory(directory);
  try {
    mkdirSync(join(directory, what));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function startedFile(directory: string): string {
  return join(directory, 'started.json');
}
