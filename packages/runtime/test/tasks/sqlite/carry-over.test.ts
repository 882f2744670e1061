import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import { carryOver } from '../../../src/tasks/sqlite/carry-over.js';
import { type LogFile, logFile } from '../log/open-log.js';
import { fill } from '../move/full-store.js';

/** What concerns this moment only, and what SQLite and the migrations have of their own. */
const LEFT = ['duties', 'storage_probe', 'kysely_migration', 'kysely_migration_lock'];

/** The rows of every table. */
function rowsOf({ file }: LogFile): Readonly<Record<string, unknown>> {
  using database = new DatabaseSync(file);
  const tables = database.prepare(`select name from sqlite_master where type = 'table' order by name`).all();
  const names = tables.map(({ name }) => String(name)).filter((name) => !LEFT.includes(name) && !/^sqlite_/.test(name));
  const sorted = (name: string) =>
    database
      .prepare(`select * from ${name}`)
      .all()
      .map((row) => JSON.stringify(row))
      .sort();
  return Object.fromEntries(names.map((name) => [name, sorted(name)]));
}

async function carry(from: LogFile, to: LogFile): Promise<void> {
  const open = new Sqlite(from.file);
  await carryOver(open, to.file);
  open.close();
}

it('a new file gets every row of every table', async () => {
  await using from = await logFile();
  await using to = await logFile();
  await fill(await from.openStore());
  await to.openStore();
  await carry(from, to);
  expect(rowsOf(to)).toEqual(rowsOf(from));
  for (const [table, rows] of Object.entries(rowsOf(from))) expect(rows, table).not.toEqual([]);
});

it('the newer one of two keys that sign goes on signing, and the public part of the other one is kept', async () => {
  await using from = await logFile();
  await using to = await logFile();
  const [{ keys: mine }, { keys: theirs }] = [await from.openStore(), await to.openStore()];
  const key = (id: string, createdAt: number) => ({ id, createdAt, publicKey: `"${id}"`, privateKey: '"private"' });
  const idsOf = async () => (await theirs.all()).map(({ id, privateKey }) => [id, privateKey !== undefined]);
  await mine.addFirst(key('old', 1));
  await theirs.addFirst(key('old', 1));
  await mine.replace(key('mine', 2), 0);
  await carry(from, to);
  expect(await idsOf()).toEqual([
    ['mine', true],
    ['old', false],
  ]);
  await theirs.replace(key('theirs', 4), 0);
  await mine.replace(key('mine too', 3), 0);
  await carry(from, to);
  expect(await idsOf()).toEqual([
    ['theirs', true],
    ['mine too', false],
    ['mine', false],
    ['old', false],
  ]);
});
