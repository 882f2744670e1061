import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type HeldLock, tryLock } from './file-lock.js';
import { TaskLogError } from './task-log-error.js';

/** Whoever looks at our lock holds it for less than a millisecond. */
const OWN_LOCK_WAIT_MS = 1_000;
const OWN_LOCK_ATTEMPTS = 5;

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
  mkdirSync(directory, { recursive: true });
  const own = lockFile(directory, bootId);
  const lock = takeOwnLock(own);
  forgetTheDead(directory, bootId);
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

/**
 * Another process that boots at the same moment looks at every lock file, and removes ours when it does so between our
 * making it and our locking it. A lock on a removed file is seen by nobody, so the file must still be there once we hold it.
 */
function takeOwnLock(file: string): HeldLock {
  for (let attempt = 1; attempt <= OWN_LOCK_ATTEMPTS; attempt++) {
    const lock = tryLock(file, OWN_LOCK_WAIT_MS);
    if (lock && existsSync(file)) return lock;
    lock?.release();
  }
  throw new TaskLogError('TASK_LOG_OPEN_FAILED', `Another process holds the lock ${file}.`);
}

/** Looking at a lock that nobody holds removes its file. */
function forgetTheDead(directory: string, own: string): void {
  for (const file of readdirSync(directory)) {
    const bootId = basename(file, '.lock');
    if (file.endsWith('.lock') && bootId !== own) isHeld(lockFile(directory, bootId));
  }
}

function isHeld(file: string): boolean {
  if (!existsSync(file)) return false;
  const probe = tryLock(file);
  if (!probe) return true;
  // Removed while we hold it: whoever waits for it then finds that it is gone, and makes a new one.
  rmSync(file, { force: true });
  probe.release();
  return false;
}

function lockFile(directory: string, bootId: string): string {
  return join(directory, `${bootId}.lock`);
}
