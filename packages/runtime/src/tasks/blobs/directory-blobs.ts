import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Logger } from '@molecule/adapters';
import type { Clock } from '../../support/clock.js';
import { syncPlaceOf } from '../../support/files/sync-directory.js';
import { StorageError } from '../storage/storage-error.js';
import { type Patience, StorageGate } from '../storage/storage-gate.js';
import { storageTrouble } from '../storage/storage-trouble.js';
import type { BlobContent, Blobs, ByteRange, ReferenceLookup, Removed } from './blobs.js';
import { removeUnreferenced } from './remove-unreferenced.js';
import type { StoredFile } from './stored-file.js';

/** Bytes that are hashed and written at once; between two pieces other work continues. */
const PIECE_BYTES = 1024 * 1024;

/** The name of a file that is being written. */
const UNFINISHED = '.new-';

/**
 * Blobs as files of a directory that several processes may share: `ab/<digest>`, readable for this user only. A file is written
 * under another name, synced and then renamed, so that it is complete or absent, also after a power cut.
 */
export class DirectoryBlobs implements Blobs {
  readonly #directory: string;
  readonly #gate: StorageGate;
  readonly #lookups: ReferenceLookup[] = [];
  /** True if the directory's own entry survives a power cut. */
  #isSynced = false;

  /** @param directory is created with the first blob; the directory that holds it must exist */
  constructor(directory: string, options: { readonly logger: Logger; readonly clock: Clock }) {
    this.#directory = directory;
    this.#gate = new StorageGate({ ...options, place: `the files in ${directory}`, verb: 'written' });
  }

  put(content: BlobContent, patience: Patience): Promise<StoredFile> {
    return this.#gate.run(() => this.#put(content), patience);
  }

  async size(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(digest))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(digest, error);
    }
  }

  async *read(digest: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    const { first: start = 0, last: end = Number.POSITIVE_INFINITY } = range ?? {};
    try {
      yield* createReadStream(this.pathOf(digest), { start, end, highWaterMark: PIECE_BYTES / 4 });
    } catch (error) {
      throw unreadable(digest, error);
    }
  }

  async localPath(digest: string): Promise<string> {
    return this.pathOf(digest);
  }

  /** Where a blob is, if it is there. */
  pathOf(digest: string): string {
    return join(this.#directory, digest.slice(0, 2), digest);
  }

  addReferences(lookup: ReferenceLookup): void {
    this.#lookups.push(lookup);
  }

  removeUnreferenced(): Promise<Removed> {
    return removeUnreferenced(this.#directory, this.#lookups);
  }

  /** For a process that ends: writes that wait for the storage fail now. */
  close(): void {
    this.#gate.giveUp();
  }

  async #put(content: BlobContent): Promise<StoredFile> {
    if (content instanceof Uint8Array) {
      const known = { digest: await digestOf(content), bytes: content.byteLength };
      if (await this.#keep(known.digest)) return known;
    }
    const unfinished = join(this.#directory, `${UNFINISHED}${crypto.randomUUID()}`);
    try {
      if (await makeDirectory(this.#directory)) this.#isSynced = false;
      const file = await write(unfinished, content);
      if (!(await this.#keep(file.digest))) await this.#place(unfinished, file.digest);
      return file;
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  /**
   * True if the blob is there. Its time is renewed, so that it is not removed before a row names it. Who has placed it may not have
   * synced its entry yet.
   */
  async #keep(digest: string): Promise<boolean> {
    const [path, now] = [this.pathOf(digest), new Date()];
    try {
      await utimes(path, now, now);
      await this.#syncEntries(path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async #place(unfinished: string, digest: string): Promise<void> {
    const path = this.pathOf(digest);
    await makeDirectory(dirname(path));
    await rename(unfinished, path);
    await this.#syncEntries(path);
  }

  /** Makes the entries on the way to a blob survive a power cut. */
  async #syncEntries(path: string): Promise<void> {
    await syncPlaceOf(path);
    if (this.#isSynced) return;
    await syncPlaceOf(this.#directory);
    this.#isSynced = true;
  }
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (const piece of pieces(bytes)) {
    hash.update(piece);
    if (bytes.byteLength > PIECE_BYTES) await nextTick();
  }
  return hash.digest('hex');
}

async function write(path: string, content: BlobContent): Promise<StoredFile> {
  await using handle = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  const source = content instanceof Uint8Array ? pieces(content) : content();
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.byteLength;
    await writePiece(handle, hash, piece);
  }
  await handle.sync();
  return { digest: hash.digest('hex'), bytes };
}

async function writePiece(handle: FileHandle, hash: Hash, piece: Uint8Array): Promise<void> {
  hash.update(piece);
  for (let at = 0; at < piece.byteLength; ) at += (await handle.write(piece, at)).bytesWritten;
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** True if it was created. Its parent must exist: if the state directory was moved away, none may appear in its place. */
async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'ENOENT') throw error;
    throw new StorageError('STORAGE_UNAVAILABLE', message, { cause: error });
  }
}

function unreadable(digest: string, error: unknown): StorageError {
  const { code = 'STORAGE_UNAVAILABLE', cause = (error as Error).message } = storageTrouble(error) ?? {};
  return new StorageError(code, `the stored file ${digest} cannot be read: ${cause}`, { cause: error });
}
