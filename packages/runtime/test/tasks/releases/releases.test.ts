import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../../src/tasks/postgres/tables.js';
import { TASK_LOG } from '../../../src/tasks/sqlite/task-tables.js';
import { TEAM_DATABASE } from '../../../src/tasks/sqlite/team-tables.js';
import { emptyPostgresPlace } from '../../support/postgres/postgres-place.js';
import { logFile } from '../log/open-log.js';
import { invalidOnPostgres, invalidOnSqlite } from './invalid-statements.js';
import { breaks } from './only-adds.js';
import { postgresSchema, sqliteSchema } from './read-schema.js';
import {
  hasChangesets,
  isRecorded,
  minorAfter,
  ownMinor,
  readRelease,
  recordedMinors,
  type StoreName,
} from './recorded-release.js';

const STORES: readonly StoreName[] = ['postgres', 'sqlite'];
const KNOWN: Readonly<Record<StoreName, readonly string[]>> = {
  postgres: Object.keys(MIGRATIONS),
  sqlite: [...Object.keys(TASK_LOG.migrations), ...Object.keys(TEAM_DATABASE.migrations)],
};

describe.each(recordedMinors())('processes of version %s run beside those of this version', (minor) => {
  it('on PostgreSQL: migrations since then only add, and its statements are valid', async () => {
    await using place = await emptyPostgresPlace();
    await place.open();
    const { schema, statements } = readRelease(minor, 'postgres');
    expect(breaks(schema, await postgresSchema(place.url))).toEqual([]);
    expect(await invalidOnPostgres(place.url, statements)).toEqual([]);
  });

  it('on SQLite: migrations since then only add, and its statements are valid', async () => {
    await using file = await logFile();
    await file.openStore();
    using tasks = new DatabaseSync(file.file);
    using team = new DatabaseSync(join(file.file, '..', 'team.db'));
    const { schema, statements } = readRelease(minor, 'sqlite');
    expect(breaks(schema, sqliteSchema(tasks, team))).toEqual([]);
    expect(invalidOnSqlite([tasks, team], statements)).toEqual([]);
  });
});

it('a migration that no release has is named for the next minor version, in which it comes', () => {
  const next = `@${minorAfter(ownMinor(), 1)}`;
  const unreleased = STORES.flatMap((store) => {
    const released = recordedMinors().flatMap((minor) => readRelease(minor, store).migrations);
    return KNOWN[store].filter((name) => !released.includes(name) && !name.endsWith(next));
  });
  expect(unreleased, `name it <number>-<what>${next}`).toEqual([]);
});

it('a release is recorded: run npm run record-release', () => {
  const missing = STORES.filter((store) => !isRecorded(ownMinor(), store));
  expect(hasChangesets() ? [] : missing).toEqual([]);
});

const OLD = { type: 'text', nullable: true, hasDefault: false };
const older = { tables: { tasks: { id: OLD } }, rules: {} };

it.each([
  ['a table', { tables: {}, rules: {} }, 'table tasks is gone'],
  ['a column', { tables: { tasks: {} }, rules: {} }, 'column tasks.id is gone'],
  ['a type', { tables: { tasks: { id: { ...OLD, type: 'bytea' } } }, rules: {} }, 'was text and is bytea'],
  ['a duty', { tables: { tasks: { id: { ...OLD, nullable: false } } }, rules: {} }, 'must not be null any more'],
  ['a new duty', { tables: { tasks: { id: OLD, at: { ...OLD, nullable: false } } }, rules: {} }, 'must be given'],
  ['a rule', { tables: older.tables, rules: { tasks: ['unique id'] } }, 'has a new rule'],
])('what would fail older processes is found: %s', (_what, newer, reason) => {
  expect(breaks(older, newer).join()).toContain(reason);
  expect(breaks(older, { ...older, tables: { ...older.tables, more: {} } })).toEqual([]);
});
