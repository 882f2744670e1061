import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system that can lose its power. */
export interface LosingDisk extends AsyncDisposable {
  readonly path: string;
  /** From now on the disk holds only what the file system had written to its device. Processes that use it must have ended. */
  cutPower(): Promise<void>;
}

/**
 * An ext4 file system in a file. What is not synced is in the operating system's memory only, for some seconds, and not in that
 * file. Undefined without the right to mount, or without loop devices.
 */
export async function losingDisk(): Promise<LosingDisk | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-losing-'));
  const path = join(directory, 'disk');
  let device = join(directory, 'device-0');
  let cuts = 0;
  const mount = () => run('mount', ['-o', 'loop', device, path]);
  const unmount = () => run('umount', [path]);
  try {
    await mkdir(path);
    await run('truncate', ['-s', '96M', device]);
    await run('mkfs.ext4', ['-q', '-F', device]);
    await mount();
  } catch {
    await rm(directory, { recursive: true, force: true });
    return undefined;
  }
  return {
    path,
    async cutPower() {
      const after = join(directory, `device-${++cuts}`);
      await copyFile(device, after, constants.COPYFILE_FICLONE);
      await unmount();
      await rm(device);
      device = after;
      await mount();
    },
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', path]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** True if this machine lets a test use such a disk, for `it.skipIf`. */
export async function canLosePower(): Promise<boolean> {
  const disk = await losingDisk();
  await disk?.[Symbol.asyncDispose]();
  return disk !== undefined;
}
