import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * Tells whether the process of an earlier boot still lives: each boot holds a lock on a file of its own for as long as it
 * lives, and the operating system lets go of it however the process ends. It needs no clock and no heartbeat.
 */
export interface BootLocks {
  readonly bootId: string;
  isAlive(bootId: string): boolean;
  release(): void;
}

/** Locks in a directory that all processes of the workspace share. */
export function holdBootLock(directory: string, bootId: string): BootLocks {
  mkdirSync(directory, { recursive: true });
  const own = lockFile(directory, bootId);
  const lock = new Database(own);
  // An exclusive transaction that is never committed is the lock.
  lock.exec('BEGIN EXCLUSIVE');
  forgetTheDead(directory, bootId);
  return {
    bootId,
    isAlive: (other) => other === bootId || isHeld(lockFile(directory, other)),
    release() {
      lock.close();
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

function lockFile(directory: string, bootId: string): string {
  return join(directory, `${bootId}.lock`);
}

function isHeld(file: string): boolean {
  let probe: Database.Database;
  try {
    probe = new Database(file, { fileMustExist: true, timeout: 0 });
  } catch (error) {
    if (isSqliteError(error, 'SQLITE_CANTOPEN')) return false;
    throw error;
  }
  try {
    probe.exec('BEGIN EXCLUSIVE');
    rmSync(file, { force: true });
    return false;
  } catch (error) {
    if (isSqliteError(error, 'SQLITE_BUSY')) return true;
    throw error;
  } finally {
    probe.close();
  }
}

function isSqliteError(error: unknown, code: string): boolean {
  return error instanceof Error && String((error as { readonly code?: unknown }).code).startsWith(code);
}
