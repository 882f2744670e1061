import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tryLock } from './file-lock.js';
import { TaskLogError } from './task-log-error.js';

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
  const lock = tryLock(own);
  if (!lock) throw new TaskLogError('TASK_LOG_OPEN_FAILED', `Another process holds the lock ${own}.`);
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
  probe.release();
  rmSync(file, { force: true });
  return false;
}

function lockFile(directory: string, bootId: string): string {
  return join(directory, `${bootId}.lock`);
}
