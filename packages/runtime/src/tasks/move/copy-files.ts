import { createHash } from 'node:crypto';
import type { Blobs } from '../blobs/blobs.js';
import { CALLER } from '../storage/storage-gate.js';
import { TaskStoreError } from '../task-store-error.js';
import type { MovableStore } from './movable-store.js';

/** Names of files that are read at once. */
const NAMES = 500;

export interface CopiedFiles {
  readonly files: number;
  readonly bytes: number;
  /** Digests of files that tasks name and that the source does not hold, or not as they were. */
  readonly missing: readonly string[];
}

/**
 * Copies the files that tasks name, each in pieces. A file that is there already is not written again.
 *
 * @param told called after each file
 */
export async function copyFiles(
  from: MovableStore,
  to: MovableStore,
  told: (copied: { readonly files: number; readonly bytes: number }) => void,
): Promise<CopiedFiles> {
  let [files, bytes] = [0, 0];
  const missing: string[] = [];
  for await (const digest of namedFiles(from)) {
    from.assertHeld();
    const size = await from.blobs.size(digest);
    if (size === undefined || !(await copyFile(from.blobs, to.blobs, digest, size))) {
      missing.push(digest);
      continue;
    }
    files++;
    bytes += size;
    told({ files, bytes });
  }
  return { files, bytes, missing };
}

/**
 * Reads the files of the copy, and compares their contents with their names.
 *
 * @throws {TaskStoreError} `STORE_COPY_DIFFERS`
 */
export async function checkFiles(
  from: MovableStore,
  to: MovableStore,
  { missing }: Pick<CopiedFiles, 'missing'>,
  told: (checked: { readonly files: number; readonly bytes: number }) => void,
): Promise<void> {
  let [files, bytes] = [0, 0];
  for await (const digest of namedFiles(from)) {
    if (missing.includes(digest)) continue;
    const hash = createHash('sha256');
    for await (const piece of to.blobs.read(digest)) {
      hash.update(piece);
      bytes += piece.byteLength;
    }
    if (hash.digest('hex') !== digest) {
      throw new TaskStoreError(
        'STORE_COPY_DIFFERS',
        `The file ${digest} in ${to.place} has other bytes than in ${from.place}. The tasks are still in ${from.place}; nothing was changed there. Move again.`,
      );
    }
    told({ files: ++files, bytes });
  }
}

/** False: its bytes are not the ones that its name stands for. */
async function copyFile(from: Blobs, to: Blobs, digest: string, size: number): Promise<boolean> {
  if ((await to.size(digest)) === size) return true;
  const stored = await to.put(() => from.read(digest), CALLER);
  return stored.digest === digest;
}

/** The digests of all files that a task keeps. */
async function* namedFiles({ tasks }: Pick<MovableStore, 'tasks'>): AsyncGenerator<string, void, undefined> {
  for (let after = ''; ; ) {
    const rows = await tasks.read(
      (database) =>
        database
          .selectFrom('task_blobs')
          .select('digest')
          .distinct()
          .where('released', '=', 0)
          .where('digest', '>', after)
          .orderBy('digest')
          .limit(NAMES)
          .execute(),
      CALLER,
    );
    for (const { digest } of rows) yield digest;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.digest;
  }
}
