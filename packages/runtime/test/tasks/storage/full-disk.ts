import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of a few megabytes, which a test fills to the last byte. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  fill(): Promise<void>;
  /** Frees the space. */
  free(): Promise<void>;
}

/** Undefined without the right to mount. */
export async function smallDisk(size = '6m'): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'molecule-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  } catch {
    await rm(path, { recursive: true });
    return undefined;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    async fill() {
      const file = await open(ballast, 'a');
      try {
        for (const bytes of [64 * 1024, 4096, 1]) await writeUntilFull(file, bytes);
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', path]);
      await rm(path, { recursive: true });
    },
  };
}

async function writeUntilFull(file: Awaited<ReturnType<typeof open>>, bytes: number): Promise<void> {
  try {
    for (;;) await file.write(Buffer.alloc(bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** True if this machine lets a test mount, for `it.skipIf`. */
export async function canMount(): Promise<boolean> {
  const disk = await smallDisk();
  await disk?.[Symbol.asyncDispose]();
  return disk !== undefined;
}
