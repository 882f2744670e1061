import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** Why a file of a directory cannot be read. */
export type FileRefusal =
  | { readonly why: 'missing' | 'unreadable' | 'outside' | 'no-file' }
  | { readonly why: 'too-large'; readonly bytes: number };

/** An open file of a directory. */
export interface ConfinedFile extends AsyncDisposable {
  readonly bytes: number;
  /** Reads the file from its beginning, piece by piece. Bytes that are appended after the file was opened are not read. */
  read(): AsyncIterable<Uint8Array>;
}

const PIECE_BYTES = 256 * 1024;

/**
 * Opens a file that must lie inside a directory after all links are resolved.
 *
 * @param path relative to the directory, or absolute and inside it
 * @param mostBytes a larger file is refused
 */
export async function openConfinedFile(
  directory: string,
  path: string,
  mostBytes: number,
): Promise<ConfinedFile | FileRefusal> {
  const root = await realpath(directory);
  // Links are resolved before the check, so that a link out of the directory is refused.
  const wanted = resolve(root, path);
  const target = await realpath(wanted).catch(refusalFor);
  // A path outside gets the same answer whether there is a file or not: what exists there is no concern of the caller.
  if (typeof target === 'object') return (await leadsOut(root, wanted)) ? { why: 'outside' } : target;
  if (target === root || isOutside(root, target)) return { why: 'outside' };
  // Without O_NONBLOCK, opening a pipe waits for a writer. O_NOFOLLOW refuses a link that has replaced the file meanwhile.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const handle = await open(target, flags).catch(refusalFor);
  if ('why' in handle) return handle;
  const { size, refusal } = await sizeOf(handle, mostBytes);
  if (refusal) {
    await handle.close();
    return refusal;
  }
  return { bytes: size, read: () => pieces(handle, size), [Symbol.asyncDispose]: () => handle.close() };
}

/** Reads a file as {@link openConfinedFile} opens it, whole. */
export async function readConfinedFile(
  directory: string,
  path: string,
  mostBytes: number,
): Promise<Buffer | FileRefusal> {
  const file = await openConfinedFile(directory, path, mostBytes);
  if ('why' in file) return file;
  try {
    return await buffer(file.read());
  } finally {
    await file[Symbol.asyncDispose]();
  }
}

/** True if a path that cannot be resolved leads out of the directory, by `..`, as an absolute path, or by a link on the way. */
async function leadsOut(root: string, path: string): Promise<boolean> {
  for (let current = path; ; current = dirname(current)) {
    const real = await realpath(current).catch(() => undefined);
    if (real !== undefined) return isOutside(root, real);
    // A link whose target is missing.
    if (await lstat(current).catch(() => undefined)) return true;
    if (dirname(current) === current) return true;
  }
}

function isOutside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '..' || way.startsWith(`..${sep}`);
}

async function sizeOf(
  handle: FileHandle,
  mostBytes: number,
): Promise<{ readonly size: number; readonly refusal?: FileRefusal }> {
  const stats = await handle.stat().catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  const { size } = stats;
  if (!stats.isFile()) return { size, refusal: { why: 'no-file' } };
  return size > mostBytes ? { size, refusal: { why: 'too-large', bytes: size } } : { size };
}

async function* pieces(handle: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

function refusalFor({ code }: NodeJS.ErrnoException): FileRefusal {
  return { why: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable' };
}
