import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { BlobContent, Blobs, ByteRange } from '../../../src/tasks/blobs/blobs.js';
import { referenceTo, type StoredFile } from '../../../src/tasks/blobs/stored-file.js';
import { artifactEvent } from '../../../src/tasks/events/a2a-events.js';
import { CALLER } from '../../../src/tasks/storage/storage-gate.js';
import { addTask, claim } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const BYTES = Buffer.from(Array.from({ length: 3_000_001 }, (_, index) => (index * 7 + (index >> 8)) % 256));
const DIGEST = createHash('sha256').update(BYTES).digest('hex');
const FILE: StoredFile = { digest: DIGEST, bytes: BYTES.length };

function put(blobs: Blobs, content: BlobContent): Promise<StoredFile> {
  return blobs.put(content, CALLER);
}

function read(blobs: Blobs, digest: string, range?: ByteRange): Promise<Buffer> {
  return buffer(blobs.read(digest, range));
}

export function blobRules(kind: StoreKind): void {
  it('bytes and streams are found by their digest, whole and in part, also by another process', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    expect(await put(here.blobs, BYTES)).toEqual(FILE);
    expect(await there.blobs.size(DIGEST)).toBe(BYTES.length);
    expect((await read(there.blobs, DIGEST)).equals(BYTES)).toBe(true);
    expect((await readFile(await there.blobs.localPath(DIGEST))).equals(BYTES)).toBe(true);
    for (const [first, last] of [
      [0, 0],
      [1_000_000, 2_000_000],
      [3_000_000, 3_000_000],
    ] as const) {
      expect((await read(there.blobs, DIGEST, { first, last })).equals(BYTES.subarray(first, last + 1))).toBe(true);
    }
    const pieces = async function* () {
      for (let at = 0; at < BYTES.length; at += 100_000) yield BYTES.subarray(at, at + 100_000);
    };
    expect(await put(there.blobs, pieces)).toEqual(FILE);
    expect(await put(here.blobs, Buffer.alloc(0))).toMatchObject({ bytes: 0 });
  });

  it('the same bytes, stored at once by several, are one blob', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const puts = Array.from({ length: 8 }, (_, index) => put((index % 2 ? here : there).blobs, BYTES));
    expect(await Promise.all(puts)).toEqual(puts.map(() => FILE));
    expect((await read(here.blobs, DIGEST)).equals(BYTES)).toBe(true);
  });

  it('a source that fails leaves no blob, and a missing blob has no size and cannot be read', async () => {
    await using stores = await twoStores(kind);
    const { blobs } = stores.here;
    const failing = async function* () {
      yield BYTES;
      throw new Error('the source failed');
    };
    await expect(put(blobs, failing)).rejects.toThrow('the source failed');
    expect(await blobs.size(DIGEST)).toBeUndefined();
    await expect(read(blobs, DIGEST)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });

  it('a file is found through the task that names it, by the owner of the task only', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const file = await put(here.blobs, BYTES);
    const record = await addTask(here.log, 'task-1');
    const writer = await claim(here.log, record);
    const part = {
      content: { $case: 'url', value: referenceTo(file) },
      filename: 'a.bin',
      mediaType: 'image/png',
      metadata: undefined,
    } as const;
    const event = artifactEvent(record, { id: 'file-1', name: 'a', parts: [part] }, { append: false, lastChunk: true });
    await writer?.append([event]);
    const named = { digest: DIGEST, name: 'a.bin', mediaType: 'image/png' };
    expect(await there.log.read.file('task-1', DIGEST, 'ann')).toEqual(named);
    expect(await there.log.read.file('task-1', DIGEST, 'bob')).toBeUndefined();
    expect(await there.log.read.file('task-2', DIGEST, 'ann')).toBeUndefined();
    expect(await there.log.read.file('task-1', 'f'.repeat(64), 'ann')).toBeUndefined();
    expect(await there.log.read.namedDigests([DIGEST, 'f'.repeat(64)])).toEqual(new Set([DIGEST]));
  });
}
