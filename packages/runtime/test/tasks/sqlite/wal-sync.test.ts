import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { monotonicClock } from '../../../src/support/clock.js';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import { Checkpoints } from '../../../src/tasks/sqlite/checkpoints.js';
import { openDatabase } from '../../../src/tasks/sqlite/open-database.js';
import { openFile } from '../../../src/tasks/sqlite/open-file.js';
import type { SqliteConnection } from '../../../src/tasks/sqlite/sqlite-connection.js';
import { TASK_LOG } from '../../../src/tasks/sqlite/task-tables.js';
import { WalSync } from '../../../src/tasks/sqlite/wal-sync.js';

interface Opened extends AsyncDisposable {
  readonly file: string;
  readonly connection: SqliteConnection;
  readonly checkpoints: Checkpoints;
  sync(datasync: () => Promise<void>): WalSync;
}

async function openLog(): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-sync-'));
  const file = join(directory, 'tasks.db');
  const options = { logger: silentLogger, clock: monotonicClock };
  const { connection, kysely } = await openDatabase(TASK_LOG, file, options);
  const checkpoints = new Checkpoints(file, options);
  const syncs: WalSync[] = [];
  return {
    file,
    connection,
    checkpoints,
    sync(datasync) {
      const made = new WalSync(file, connection, checkpoints, datasync);
      syncs.push(made);
      return made;
    },
    async [Symbol.asyncDispose]() {
      for (const made of syncs) await made.close();
      await checkpoints.close();
      await kysely.destroy();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function write({ sqlite }: SqliteConnection, id: number): void {
  sqlite.prepare('insert into storage_probe (id, at) values (?, 0)').run([id]);
}

/** The rows in the database file alone, as after the loss of the write-ahead log. */
function idsInFile({ file }: Opened): unknown[] {
  const alone = new Sqlite(`file:${file}?immutable=1`);
  try {
    return alone.prepare('select id from storage_probe order by id').all([]);
  } catch (error) {
    if ((error as Error).message.startsWith('no such table')) return [];
    throw error;
  } finally {
    alone.close();
  }
}

it('calls that come while a sync runs share the next one, which begins after them', async () => {
  await using opened = await openLog();
  const begun: (() => void)[] = [];
  const sync = opened.sync(() => new Promise((resolve) => begun.push(resolve)));
  const until = async (count: number) => {
    while (begun.length < count) await new Promise(setImmediate);
  };
  const first = [sync.synced(), sync.synced()];
  await until(1);
  const second = [sync.synced(), sync.synced(), sync.synced()];
  let ended = 0;
  for (const each of second) void each.then(() => ended++);
  begun[0]?.();
  await Promise.all(first.slice(0, 1));
  await until(2);
  expect(ended).toBe(0);
  begun[1]?.();
  await Promise.all([...first, ...second]);
  expect(begun).toHaveLength(2);
});

it('after a failed sync, success is reported only for what a checkpoint has written again', async () => {
  await using opened = await openLog();
  let fails = true;
  let syncs = 0;
  const sync = opened.sync(async () => {
    syncs++;
    if (fails) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
  });
  write(opened.connection, 1);
  await expect(sync.synced()).rejects.toMatchObject({ code: 'EIO' });
  expect(idsInFile(opened)).toEqual([]);
  // The next sync would succeed, as it does after the operating system has dropped what it could not write.
  fails = false;
  write(opened.connection, 2);
  await sync.synced();
  expect(idsInFile(opened)).toEqual([{ id: 1 }, { id: 2 }]);
  expect(syncs).toBe(2);
});

it('as long as no checkpoint can be made after a failed sync, every further one fails', async () => {
  await using opened = await openLog();
  const sync = opened.sync(() => Promise.reject(Object.assign(new Error('i/o error'), { code: 'EIO' })));
  write(opened.connection, 1);
  await expect(sync.synced()).rejects.toMatchObject({ code: 'EIO' });
  const reader = openFile(opened.file);
  // An open read transaction keeps the write-ahead log from being copied.
  reader.exec('begin');
  reader.prepare('select * from storage_probe').all([]);
  write(opened.connection, 2);
  await expect(sync.synced()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  reader.close();
});

it('a checkpoint lets the write-ahead log begin again, and loses nothing that is written meanwhile', async () => {
  await using opened = await openLog();
  const { connection, checkpoints } = opened;
  let id = 0;
  let done = false;
  const run = (async () => {
    for (let round = 0; round < 5; round++) await checkpoints.run();
    done = true;
  })();
  while (!done) {
    try {
      write(connection, id + 1);
      id++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'SQLITE_BUSY' });
    }
    // On a busy machine, a writer without any pause would keep the thread of the checkpoint from its turn.
    await sleep(1);
  }
  await run;
  const other = openFile(opened.file);
  expect(other.prepare('select count(*) as count, max(id) as last from storage_probe').all([])).toEqual([
    { count: id, last: id },
  ]);
  other.close();
});
