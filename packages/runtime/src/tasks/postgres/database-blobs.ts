import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { BlobContent, Blobs, ByteRange, ReferenceLookup, Removed } from '../blobs/blobs.js';
import type { DirectoryBlobs } from '../blobs/directory-blobs.js';
import { unnamed } from '../blobs/remove-unreferenced.js';
import type { StoredFile } from '../blobs/stored-file.js';
import type { Database } from '../storage/database.js';
import { StorageError } from '../storage/storage-error.js';
import { CALLER, ONCE, type Patience } from '../storage/storage-gate.js';
import { piecesOf } from './pieces-of.js';

/** Bytes of one row. A row is read and written whole. */
const PIECE_BYTES = 1024 * 1024;
/** A younger blob may be about to be named by a row, and a younger upload may go on. */
const YOUNG = sql.lit('1 hour');
/** Blobs whose references are looked up with one query. */
const BATCH = 100;

export interface BlobsSchema {
  blobs: {
    digest: string;
    /** The upload whose pieces are its bytes. */
    upload: string;
    bytes: number;
    stored_at: Date;
  };
  /** What is being stored. */
  blob_uploads: {
    id: string;
    begun_at: Date;
  };
  blob_pieces: {
    upload: string;
    ordinal: number;
    content: Uint8Array;
  };
}

/**
 * Blobs in tables of a database, in pieces. Pieces are written one by one under the id of their upload, so that no transaction waits
 * for the source; the row of the blob, which comes last, makes them the blob.
 */
export class DatabaseBlobs implements Blobs {
  readonly #database: Database<BlobsSchema>;
  /** For readers that need a file. */
  readonly #copies: DirectoryBlobs;
  readonly #lookups: ReferenceLookup[] = [];

  constructor(database: Database<BlobsSchema>, copies: DirectoryBlobs) {
    this.#database = database;
    this.#copies = copies;
  }

  async put(content: BlobContent, patience: Patience): Promise<StoredFile> {
    if (content instanceof Uint8Array) {
      const known = { digest: createHash('sha256').update(content).digest('hex'), bytes: content.byteLength };
      if (await this.#keep(known.digest, patience)) return known;
    }
    const upload = crypto.randomUUID();
    await this.#write(
      (database) => sql`insert into blob_uploads values (${upload}, now())`.execute(database),
      patience,
    );
    try {
      const file = await this.#upload(upload, content, patience);
      await this.#finish(upload, file, patience);
      return file;
    } catch (error) {
      await this.#discard(upload).catch(() => {
        // Removed with other old uploads.
      });
      throw error;
    }
  }

  async size(digest: string): Promise<number | undefined> {
    return (await this.#find(digest))?.bytes;
  }

  async *read(digest: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    const found = await this.#find(digest);
    if (!found) throw missing(digest);
    const { first = 0, last = found.bytes - 1 } = range ?? {};
    const end = Math.min(last, found.bytes - 1);
    for (let at = first; at <= end; ) {
      const ordinal = Math.floor(at / PIECE_BYTES);
      const piece = await this.#piece(found.upload, ordinal);
      if (!piece) throw missing(digest);
      const from = at - ordinal * PIECE_BYTES;
      const part = piece.subarray(from, end + 1 - ordinal * PIECE_BYTES);
      if (part.byteLength === 0) throw missing(digest);
      yield part;
      at += part.byteLength;
    }
  }

  async localPath(digest: string): Promise<string> {
    if ((await this.#copies.size(digest)) === undefined) await this.#copies.put(() => this.read(digest), CALLER);
    return this.#copies.localPath(digest);
  }

  addReferences(lookup: ReferenceLookup): void {
    this.#lookups.push(lookup);
    this.#copies.addReferences(lookup);
  }

  async removeUnreferenced(): Promise<Removed> {
    let [blobs, bytes] = [0, 0];
    for (let after = ''; ; ) {
      const old = await this.#old(after);
      for (const removed of await this.#remove(await unnamed(old, this.#lookups))) {
        blobs++;
        bytes += removed.bytes;
      }
      const last = old.at(-1);
      if (last === undefined) break;
      after = last.name;
    }
    await this.#removeOldUploads();
    await this.#copies.removeUnreferenced();
    return { blobs, bytes };
  }

  async #upload(upload: string, content: BlobContent, patience: Patience): Promise<StoredFile> {
    const hash = createHash('sha256');
    let [bytes, ordinal] = [0, 0];
    for await (const piece of piecesOf(content, PIECE_BYTES)) {
      hash.update(piece);
      bytes += piece.byteLength;
      const row = { upload, ordinal: ordinal++, content: piece };
      await this.#write((database) => database.insertInto('blob_pieces').values(row).execute(), patience);
    }
    return { digest: hash.digest('hex'), bytes };
  }

  /** Makes the pieces of an upload the blob, unless there is one already, whose time is then renewed. */
  async #finish(upload: string, { digest, bytes }: StoredFile, patience: Patience): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const { rows } = await sql<{ readonly upload: string }>`
        insert into blobs (digest, upload, bytes, stored_at) values (${digest}, ${upload}, ${bytes}, now())
        on conflict (digest) do update set stored_at = excluded.stored_at returning upload`.execute(transaction);
      if (rows[0]?.upload !== upload) await deletePieces(transaction, [upload]);
      const finished = await transaction.deleteFrom('blob_uploads').where('id', '=', upload).executeTakeFirstOrThrow();
      if (finished.numDeletedRows === 0n)
        throw missing(digest, 'its pieces were removed, because storing it took more than an hour');
    }, patience);
  }

  async #discard(upload: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await deletePieces(transaction, [upload]);
      await transaction.deleteFrom('blob_uploads').where('id', '=', upload).execute();
    }, ONCE);
  }

  /** True if the blob is there. Its time is renewed, so that it is not removed before a row names it. */
  async #keep(digest: string, patience: Patience): Promise<boolean> {
    const { numAffectedRows } = await this.#write(
      (database) => sql`update blobs set stored_at = now() where digest = ${digest}`.execute(database),
      patience,
    );
    return numAffectedRows === 1n;
  }

  #find(digest: string): Promise<{ readonly upload: string; readonly bytes: number } | undefined> {
    return this.#database.read(
      (database) =>
        database.selectFrom('blobs').select(['upload', 'bytes']).where('digest', '=', digest).executeTakeFirst(),
      CALLER,
    );
  }

  async #piece(upload: string, ordinal: number): Promise<Uint8Array | undefined> {
    const row = await this.#database.read(
      (database) =>
        database
          .selectFrom('blob_pieces')
          .select('content')
          .where('upload', '=', upload)
          .where('ordinal', '=', ordinal)
          .executeTakeFirst(),
      CALLER,
    );
    return row?.content;
  }

  /** Some old blobs, in the order of their digests. */
  #old(after: string): Promise<readonly { readonly name: string }[]> {
    return this.#database.read(
      (database) =>
        database
          .selectFrom('blobs')
          .select('digest as name')
          .where(sql<boolean>`stored_at < now() - interval ${YOUNG}`)
          .where('digest', '>', after)
          .orderBy('digest')
          .limit(BATCH)
          .execute(),
      CALLER,
    );
  }

  /** A blob that is stored again at this moment stays, because its time is new then. */
  #remove(old: readonly { readonly name: string }[]): Promise<readonly { readonly bytes: number }[]> {
    if (old.length === 0) return Promise.resolve([]);
    return this.#database.transaction(async (transaction) => {
      const digests = old.map(({ name }) => name);
      const removed = await transaction
        .deleteFrom('blobs')
        .where('digest', 'in', digests)
        .where(sql<boolean>`stored_at < now() - interval ${YOUNG}`)
        .returning(['upload', 'bytes'])
        .execute();
      const uploads = removed.map(({ upload }) => upload);
      await deletePieces(transaction, uploads);
      return removed;
    }, ONCE);
  }

  /** Of processes that ended while they stored something. */
  #removeOldUploads(): Promise<void> {
    return this.#database.transaction(async (transaction) => {
      const old = await transaction
        .deleteFrom('blob_uploads')
        .where(sql<boolean>`begun_at < now() - interval ${YOUNG}`)
        .returning('id')
        .execute();
      await deletePieces(
        transaction,
        old.map(({ id }) => id),
      );
    }, ONCE);
  }

  #write<Value>(work: (database: Kysely<BlobsSchema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.#database.write(work, patience);
  }
}

async function deletePieces(transaction: Transaction<BlobsSchema>, uploads: readonly string[]): Promise<void> {
  if (uploads.length === 0) return;
  await transaction
    .deleteFrom('blob_pieces')
    .where('upload', 'in', [...uploads])
    .execute();
}

function missing(digest: string, why = 'it is not in the database'): StorageError {
  return new StorageError('STORAGE_UNAVAILABLE', `the stored file ${digest} cannot be read: ${why}`);
}
