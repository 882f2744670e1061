import type { Patience } from '../storage/storage-gate.js';
import type { StoredFile } from './stored-file.js';

/** Bytes to store: all of them, or a function that reads them from their beginning, which is called again after a failed write. */
export type BlobContent = Uint8Array | (() => AsyncIterable<Uint8Array>);

/** A part of a blob: both ends are included, as in HTTP. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Finds which of these digests some record names. */
export type ReferenceLookup = (digests: readonly string[]) => Promise<ReadonlySet<string>>;

/** The bytes that were removed from the store. */
export interface Removed {
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * The bytes of files, beside the rows that name them. A blob is found by the SHA-256 of its bytes, so equal bytes are stored once.
 * A blob is stored before a row names it.
 */
export interface Blobs {
  /**
   * Stores bytes. They are on the disk when this resolves.
   *
   * @throws {StorageError} when the patience ends before the trouble; nothing is stored then
   * @throws what `content` throws
   */
  put(content: BlobContent, patience: Patience): Promise<StoredFile>;

  /** The number of bytes; undefined: there is no such blob. */
  size(digest: string): Promise<number | undefined>;

  /**
   * Reads a blob, piece by piece.
   *
   * @throws {StorageError} while reading, if the blob is missing or cannot be read
   */
  read(digest: string, range?: ByteRange): AsyncIterable<Uint8Array>;

  /**
   * The path of a file on this machine with the bytes, which its reader must not change. It stays while a record names the blob.
   *
   * @throws {StorageError} if the blob is missing or cannot be read
   */
  localPath(digest: string): Promise<string>;

  /** Adds a place where digests are named; {@link removeUnreferenced} asks all of them. */
  addReferences(lookup: ReferenceLookup): void;

  /** Removes blobs that are older than an hour and that no record names. A few at a time, so that other work continues meanwhile. */
  removeUnreferenced(): Promise<Removed>;
}
