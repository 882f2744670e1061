import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { storageTrouble } from '../storage/storage-trouble.js';
import { tryLock } from './file-lock.js';
import { TaskLogError } from './task-log-error.js';

/** Whoever looks at our lock holds it for less than a millisecond. */
const OWN_LOCK_WAIT_MS = 1_000;
/** A lock file is younger than this while its owner is still about to lock it; it must not be cleared away then. */
const NEW_MS = 60_000;

/**
 * Tells whether the process of an earlier boot still lives: each boot holds a lock on a file of its own for as long as it
 * lives. It needs no clock and no heartbeat.
 */
export interface BootLocks {
  readonly bootId: string;
  isAlive(bootId: string): boolean;
  release(): void;
}

/**
 * Locks in a directory that all processes of the workspace share.
 *
 * @throws {TaskLogError} `TASK_LOG_OPEN_FAILED` when a boot of this id holds its lock already
 */
export function holdBootLock(directory: string, bootId: string): BootLocks {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const own = lockFile(directory, bootId);
  const lock = tryLock(own, { waitMs: OWN_LOCK_WAIT_MS });
  if (!lock) throw new TaskLogError('TASK_LOG_OPEN_FAILED', `Another process holds the lock ${own}.`);
  clearAway(directory, bootId);
  return {
    bootId,
    isAlive: (other) => other === bootId || isHeld(lockFile(directory, other)),
    release() {
      lock.release();
      rmSync(own, { force: true });
    },
  };
}

/** For a task log in memory: there is no other process. */
export function soleBoot(bootId: string): BootLocks {
  return { bootId, isAlive: (other) => other === bootId, release() {} };
}

/** Removes the lock files of processes that died; those that ended by themselves have removed their own. */
function clearAway(directory: string, own: string): void {
  for (const name of readdirSync(directory)) {
    if (!name.endsWith('.lock') || name === `${own}.lock`) continue;
    const file = join(directory, name);
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > NEW_MS && !isHeld(file)) rmSync(file, { force: true });
  }
}

function isHeld(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    const probe = tryLock(file, { create: false });
    if (!probe) return existsSync(file);
    probe.release();
    return false;
  } catch (error) {
    // Without a descriptor, say, nothing can be said of it; and what may live must be left alone.
    if (storageTrouble(error)) return true;
    throw error;
  }
}

function lockFile(directory: string, bootId: string): string {
  return join(directory, `${bootId}.lock`);
}
