import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tryLock } from '../../src/support/sqlite/file-lock.js';
import { Sqlite } from '../../src/support/sqlite/sqlite.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-sqlite-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('a file in a directory of any name is opened, and none is created if it must exist', () => {
  const file = join(directory, 'with % # ? and blanks.db');
  expect(() => new Sqlite(file, { create: false })).toThrow(expect.objectContaining({ code: 'SQLITE_CANTOPEN' }));
  expect(existsSync(file)).toBe(false);
  new Sqlite(file).close();
  new Sqlite(file, { create: false }).close();
  expect(existsSync(file)).toBe(true);
});

it("errors name SQLite's result code", () => {
  const file = join(directory, 'errors.db');
  const first = new Sqlite(file);
  const second = new Sqlite(file);
  first.exec('create table words (word text primary key); insert into words values (1)');
  const insert = first.prepare('insert into words values (?)');
  expect(() => insert.run(['1'])).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT', resultCode: 1555 }));
  first.exec('begin exclusive');
  expect(first.inTransaction).toBe(true);
  const busy = expect.objectContaining({ code: 'SQLITE_BUSY' });
  expect(() => second.exec('begin exclusive')).toThrow(busy);
  expect(() => second.prepare('select * from words').all([])).toThrow(busy);
  expect(() => [...second.prepare('select * from words').iterate([])]).toThrow(busy);
  first.exec('rollback');
  // If a database may not grow, SQLite reports the same error as on a full disk.
  first.exec('pragma max_page_count = 3');
  const fill = () => first.exec('insert into words select randomblob(100000)');
  expect(fill).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
  expect(() => insert.run([{}])).toThrow(TypeError);
  first.close();
  second.close();
});

it('a lock is held although no object refers to it, and ends when its process is killed', async () => {
  const file = join(directory, 'process.lock');
  const module = new URL('../../src/support/sqlite/file-lock.ts', import.meta.url).href;
  const program = `
    const { tryLock } = await import(${JSON.stringify(module)});
    if (!tryLock(${JSON.stringify(file)})) process.exit(1);
    gc();
    await new Promise((resolve) => setImmediate(resolve));
    gc();
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--import',
      new URL('./host/typescript-hooks.mjs', import.meta.url).href,
      '--input-type=module',
      '-e',
      program,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    await once(child.stdout, 'data');
    expect(tryLock(file, { create: false })).toBeUndefined();
  } finally {
    child.kill('SIGKILL');
  }
  await once(child, 'close');
  const lock = tryLock(file, { create: false });
  expect(lock).toBeDefined();
  lock?.release();
});
