import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { type MoveReport, moveStore } from '../../../src/tasks/move/move-store.js';
import { openPostgresEnd } from '../../../src/tasks/move/postgres-end.js';
import { openSqliteEnd } from '../../../src/tasks/move/sqlite-end.js';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';
import type { Opener } from '../../../src/tasks/opener.js';
import type { PostgresSettings } from '../../../src/tasks/postgres/postgres-settings.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { freshDatabase } from '../../support/postgres/fresh-database.js';
import { settingsOf } from '../../support/postgres/postgres-place.js';

export const WORKSPACE = 'mover';

/** A state directory and an empty database, as a machine that is to move has them. */
export interface MovePlaces extends AsyncDisposable {
  readonly stateDir: string;
  readonly url: string;
  readonly database: PostgresSettings;
  openSqlite(opener?: Opener, stateDir?: string): Promise<TaskStore>;
  openPostgres(opener?: Opener, workspaceId?: string): Promise<TaskStore>;
  /** Into the database. */
  move(): Promise<MoveReport>;
  /** Out of the database. */
  moveBack(stateDir: string): Promise<MoveReport>;
}

export async function movePlaces(): Promise<MovePlaces> {
  const fresh = await freshDatabase();
  const database = settingsOf(fresh.url);
  const stateDir = await mkdtemp(join(tmpdir(), 'molecule-move-'));
  const logger = silentLogger;
  const ends = { stateDir, workspaceId: WORKSPACE, logger };
  return {
    stateDir,
    url: fresh.url,
    database,
    openSqlite: (opener = 'agent', directory = stateDir) =>
      openTaskStore({ taskStore: 'sqlite', stateDir: directory, opener, logger }),
    openPostgres: (opener = 'agent', workspaceId = WORKSPACE) =>
      openTaskStore({ taskStore: 'postgres', database, stateDir, opener, workspaceId, logger }),
    async move() {
      await using from = await openSqliteEnd(stateDir, logger);
      await using to = await openPostgresEnd(database, ends);
      return await moveStore(from, to, () => {});
    },
    async moveBack(directory) {
      await using from = await openPostgresEnd(database, ends);
      await using to = await openSqliteEnd(directory, logger);
      return await moveStore(from, to, () => {});
    },
    async [Symbol.asyncDispose]() {
      await fresh[Symbol.asyncDispose]();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
