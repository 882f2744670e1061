import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';

/** Syncs a directory, so that a file that was created in it is still there after a power cut. */
async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directories, and keeps their entries by itself.
  if (process.platform === 'win32') return;
  await using handle = await open(path, 'r');
  await handle.sync();
}

/** Syncs the directory in which a file or directory was created or renamed, and that directory's own entry. */
export async function syncPlaceOf(path: string): Promise<void> {
  const directory = dirname(path);
  await syncDirectory(directory);
  await syncDirectory(dirname(directory)).catch((error: NodeJS.ErrnoException) => {
    // A directory above that this user may not read was made by another one, before.
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
  });
}
