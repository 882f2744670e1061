import { renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePrivateFile } from '../../support/files/private-file.js';
import { syncPlaceOf } from '../../support/files/sync-directory.js';
import { Sqlite } from '../../support/sqlite/sqlite.js';

/** The copy of a database as it was before a migration. */
export function copyBefore(file: string, migration: string): string {
  return `${file}.before-${migration.slice(0, 3)}`;
}

/**
 * Copies a database, and syncs the copy. The caller holds the lock for writing, so nothing is written meanwhile. A copy of an
 * earlier try is replaced.
 */
export async function keepCopy(file: string, copy: string): Promise<void> {
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { force: true });
  makePrivateFile(unfinished);
  const reader = new Sqlite(file, { create: false });
  try {
    reader.prepare('vacuum into ?').run([unfinished]);
    await sync(unfinished);
    renameSync(unfinished, copy);
    await syncPlaceOf(copy);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    reader.close();
  }
}

/** The bytes that a migration needs on the disk, if that is more than are free: a copy, and the changed pages. */
export function missingRoom(file: string): { readonly needed: number; readonly free: number } | undefined {
  const needed = 2 * ['', '-wal'].reduce((sum, part) => sum + sizeOf(`${file}${part}`), 0);
  const { bavail, bsize } = statfsSync(dirname(file));
  const free = bavail * bsize;
  return free < needed ? { needed, free } : undefined;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function sync(file: string): Promise<void> {
  await using handle = await open(file, 'r+');
  await handle.sync();
}
