import {
  type FileHandle,
  mkdtemp,
  open as openFile,
  readdir,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { monotonicClock } from '../../../src/support/clock.js';
import { DirectoryBlobs } from '../../../src/tasks/blobs/directory-blobs.js';
import { CALLER } from '../../../src/tasks/storage/storage-gate.js';

let parent: string;
let directory: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'molecule-blobs-'));
  directory = join(parent, 'blobs');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

function open(): DirectoryBlobs {
  return new DirectoryBlobs(directory, { logger: silentLogger, clock: monotonicClock });
}

async function age(path: string): Promise<void> {
  const then = new Date(Date.now() - 2 * 60 * 60_000);
  await utimes(path, then, then);
}

/** The inodes of what this process syncs while `work` runs. */
async function syncedDuring(work: () => Promise<unknown>): Promise<ReadonlySet<number>> {
  await using handle = await openFile(parent, 'r');
  const { sync } = handle;
  const inodes = new Set<number>();
  const watched = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'sync');
  watched.mockImplementation(async function (this: FileHandle) {
    inodes.add((await this.stat()).ino);
    await sync.call(this);
  });
  await work().finally(() => watched.mockRestore());
  return inodes;
}

it('when a blob is reported as stored, its entry is synced and those of the directories, also if another process has placed it', async () => {
  const bytes = Buffer.from('kept');
  const { digest } = await open().put(bytes, CALLER);
  const places = [dirname(open().pathOf(digest)), directory, parent];
  const entries = await Promise.all(places.map(async (place) => (await stat(place)).ino));
  const contents = [
    bytes,
    async function* () {
      yield bytes;
    },
  ];
  for (const content of contents) {
    expect([...(await syncedDuring(() => open().put(content, CALLER)))]).toEqual(expect.arrayContaining(entries));
  }
  const blobs = open();
  const other = await syncedDuring(() => blobs.put(Buffer.from('new'), CALLER));
  expect([...other]).toEqual(expect.arrayContaining(entries.slice(1)));
});

it('a blob is readable for its user only, and nothing else remains of its writing', async () => {
  const blobs = open();
  const { digest } = await blobs.put(Buffer.from('secret'), CALLER);
  expect((await stat(blobs.pathOf(digest))).mode & 0o777).toBe(0o600);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect(await readdir(directory)).toEqual([digest.slice(0, 2)]);
});

it('what no record names is removed when it is older than an hour, with what interrupted writes have left', async () => {
  const blobs = open();
  const stored = await Promise.all(['named', 'unnamed', 'young'].map((text) => blobs.put(Buffer.from(text), CALLER)));
  const [named = '', unnamed = '', young = ''] = stored.map(({ digest }) => digest);
  for (const digest of [named, unnamed]) await age(blobs.pathOf(digest));
  const unfinished = join(directory, '.new-1');
  await writeFile(unfinished, 'half');
  await age(unfinished);
  await writeFile(join(directory, '.new-2'), 'half');
  blobs.addReferences(async (digests) => new Set(digests.filter((digest) => digest === named)));
  expect(await blobs.removeUnreferenced()).toEqual({ blobs: 1, bytes: 'unnamed'.length });
  expect(await Promise.all([named, unnamed, young].map((digest) => blobs.size(digest)))).toEqual([5, undefined, 5]);
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual(['.new-2']);
});

it('an old blob that is stored again while its references are looked up stays', async () => {
  const blobs = open();
  const { digest } = await blobs.put(Buffer.from('again'), CALLER);
  await age(blobs.pathOf(digest));
  blobs.addReferences(async () => {
    await open().put(Buffer.from('again'), CALLER);
    return new Set();
  });
  expect(await blobs.removeUnreferenced()).toEqual({ blobs: 0, bytes: 0 });
  expect(await blobs.size(digest)).toBe(5);
});

it('if the state directory was moved away, nothing is stored and nothing appears in its place', async () => {
  const blobs = open();
  await rename(parent, `${parent}.moved`);
  await expect(blobs.put(Buffer.from('x'), CALLER)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await expect(stat(parent)).rejects.toMatchObject({ code: 'ENOENT' });
  await rename(`${parent}.moved`, parent);
});
