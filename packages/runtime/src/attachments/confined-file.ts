import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';

/** Why a file of a directory cannot be had. */
export type FileRefusal =
  | { readonly why: 'missing' | 'unreadable' | 'outside' | 'no-file' }
  | { readonly why: 'too-large'; readonly bytes: number };

/**
 * Reads a file that must lie inside a directory, however it is named and wherever links lead.
 *
 * @param path relative to the directory, or absolute and inside it
 * @param mostBytes a larger file is refused unread
 */
export async function readConfinedFile(
  directory: string,
  path: string,
  mostBytes: number,
): Promise<Buffer | FileRefusal> {
  const root = await realpath(directory);
  // Links are followed before the check: one that leads out of the directory is no way out of it.
  const target = await realpath(resolve(root, path)).catch(refusalFor);
  if (typeof target === 'object') return target;
  const inside = relative(root, target);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) return { why: 'outside' };
  // A pipe would hold up whoever opens it until somebody writes; a link that took the file's place is not followed.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const handle = await open(target, flags).catch(refusalFor);
  if ('why' in handle) return handle;
  try {
    return await readOpen(handle, mostBytes);
  } finally {
    await handle.close();
  }
}

async function readOpen(handle: FileHandle, mostBytes: number): Promise<Buffer | FileRefusal> {
  const stats = await handle.stat();
  if (!stats.isFile()) return { why: 'no-file' };
  if (stats.size > mostBytes) return { why: 'too-large', bytes: stats.size };
  // Whoever writes to the file meanwhile does not make it larger than what was looked at.
  const bytes = Buffer.alloc(stats.size);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function refusalFor({ code }: NodeJS.ErrnoException): FileRefusal {
  return { why: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable' };
}
