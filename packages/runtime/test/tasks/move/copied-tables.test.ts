import { expect, test } from 'vitest';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import { LOG_TABLES, TEAM_TABLES } from '../../../src/tasks/move/copied-tables.js';
import { queryRows } from '../../support/postgres/fresh-database.js';
import { movePlaces } from './move-places.js';

/** Tables that concern processes only, the tables of migrations, and files, which are copied by their names. */
const LEFT = ['duties', 'storage_probe', 'boot_work', 'boots', 'store_id', 'blobs', 'blob_pieces', 'blob_uploads'];
const MIGRATIONS = /^(kysely_|sqlite_|molecule_migrations)/;

test('every column of every table is moved, on both sides', async () => {
  await using places = await movePlaces();
  await (await places.openSqlite())[Symbol.asyncDispose]();
  await (await places.openPostgres())[Symbol.asyncDispose]();
  const wanted = [...LOG_TABLES, ...TEAM_TABLES]
    .flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`))
    .sort();
  const found = ['tasks.db', 'team.db'].flatMap((file) => {
    const sqlite = new Sqlite(`${places.stateDir}/${file}`, { create: false });
    const rows = sqlite
      .prepare(
        "select m.name as t, c.name as c from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table'",
      )
      .all([]) as readonly { readonly t: string; readonly c: string }[];
    sqlite.close();
    return rows;
  });
  const inDatabase = (await queryRows(
    places.url,
    "select table_name as t, column_name as c from information_schema.columns where table_schema = 'public'",
  )) as readonly { readonly t: string; readonly c: string }[];
  for (const rows of [found, inDatabase]) {
    const names = rows.flatMap(({ t, c }) => (LEFT.includes(t) || MIGRATIONS.test(t) ? [] : [`${t}.${c}`]));
    expect(names.sort()).toEqual(wanted);
  }
});
