import type { Stats } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPlaceOf } from '../../support/files/sync-directory.js';
import type { ReferenceLookup, Removed } from './blobs.js';
import { isDigest } from './stored-file.js';

/** A younger blob may be about to be named by a row. */
const YOUNG_MS = 60 * 60_000;
/** Blobs whose references are looked up with one query. */
const BATCH = 100;

interface OldFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/** Removes the blobs of a directory that are old and that no lookup finds, and what interrupted writes have left. */
export async function removeUnreferenced(directory: string, lookups: readonly ReferenceLookup[]): Promise<Removed> {
  let [blobs, bytes] = [0, 0];
  for (const name of await namesIn(directory)) {
    const path = join(directory, name);
    if (name.startsWith('.')) {
      if (await isOld(path)) await rm(path, { force: true });
      continue;
    }
    const old = await oldBlobs(path);
    for (let at = 0; at < old.length; at += BATCH) {
      for (const file of await unnamed(old.slice(at, at + BATCH), lookups)) {
        if (!(await remove(directory, file))) continue;
        blobs++;
        bytes += file.bytes;
      }
    }
  }
  return { blobs, bytes };
}

/** Those of the blobs, by their digests, that no lookup finds. */
export async function unnamed<Blob extends { readonly name: string }>(
  files: readonly Blob[],
  lookups: readonly ReferenceLookup[],
): Promise<readonly Blob[]> {
  let left = files;
  for (const lookup of lookups) {
    if (left.length === 0) return left;
    const named = await lookup(left.map(({ name }) => name));
    left = left.filter(({ name }) => !named.has(name));
  }
  return left;
}

/**
 * A process may store the same bytes at this moment, and then renews the time of the file. So the file is first taken out of its
 * place, and put back if its time is new.
 */
async function remove(directory: string, { path, name }: OldFile): Promise<boolean> {
  const aside = join(directory, `.old-${name}-${crypto.randomUUID()}`);
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  if (await isOld(aside)) {
    await rm(aside, { force: true });
    return true;
  }
  await rename(aside, path);
  await syncPlaceOf(path);
  return false;
}

async function oldBlobs(shelf: string): Promise<readonly OldFile[]> {
  const files: OldFile[] = [];
  for (const name of await namesIn(shelf)) {
    const path = join(shelf, name);
    const found = isDigest(name) ? await statIfThere(path) : undefined;
    if (found && isOldTime(found)) files.push({ path, name, bytes: found.size });
  }
  return files;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await statIfThere(path);
  return found !== undefined && isOldTime(found);
}

function isOldTime({ mtimeMs }: Stats): boolean {
  return Date.now() - mtimeMs > YOUNG_MS;
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
