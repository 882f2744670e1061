// Records what processes of this version need of a store: npm run record-release. The contract of a task store sends all statements.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe } from 'vitest';
import { MIGRATIONS } from '../../../src/tasks/postgres/tables.js';
import { TASK_LOG } from '../../../src/tasks/sqlite/task-tables.js';
import { TEAM_DATABASE } from '../../../src/tasks/sqlite/team-tables.js';
import { emptyPostgresPlace } from '../../support/postgres/postgres-place.js';
import { logFile } from '../log/open-log.js';
import { taskStoreContract } from '../task-store-contract.js';
import { invalidOnSqlite } from './invalid-statements.js';
import { postgresSchema, sqliteSchema } from './read-schema.js';
import { ownMinor, writeRelease } from './recorded-release.js';
import { SentStatements } from './sent-statements.js';

describe('recorded', () => {
  const sent = { postgres: SentStatements.collect('postgres'), sqlite: SentStatements.collect('sqlite') };

  taskStoreContract({ name: 'PostgreSQL', isShared: true, place: emptyPostgresPlace });
  taskStoreContract({
    name: 'SQLite',
    isShared: true,
    async place() {
      const file = await logFile();
      return { open: () => file.openStore(), [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
    },
  });

  afterAll(async () => {
    await using place = await emptyPostgresPlace();
    await place.open();
    const postgres = { migrations: Object.keys(MIGRATIONS), schema: await postgresSchema(place.url) };
    writeRelease(ownMinor(), 'postgres', { ...postgres, statements: sent.postgres.all });
    await using file = await logFile();
    await file.openStore();
    using tasks = new DatabaseSync(file.file);
    using team = new DatabaseSync(join(file.file, '..', 'team.db'));
    const migrations = [...Object.keys(TASK_LOG.migrations), ...Object.keys(TEAM_DATABASE.migrations)];
    // Those of older migrations are sent only before the tables are up to date.
    const older = invalidOnSqlite([tasks, team], sent.sqlite.all);
    const statements = sent.sqlite.all.filter((text) => !older.includes(text));
    writeRelease(ownMinor(), 'sqlite', { migrations, schema: sqliteSchema(tasks, team), statements });
  });
});
