import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FilePlace } from '../storage/file-place.js';
import { storageTrouble } from '../storage/storage-trouble.js';
import { type HeldLock, tryLock } from './file-lock.js';
import { TaskLogError } from './task-log-error.js';

/** Whoever looks at our lock holds it for less than a millisecond. */
const OWN_LOCK_WAIT_MS = 1_000;
/** A lock file is younger than this while its owner is still about to lock it; it must not be cleared away then. */
const NEW_MS = 60_000;
/** After the directory was deleted, other processes have taken their locks again within this. */
const RESTORE_MS = 10_000;

/**
 * Tells whether the process of an earlier boot still lives: each boot holds a lock on a file of its own for as long as it
 * lives. It needs no clock and no heartbeat.
 */
export interface BootLocks {
  readonly bootId: string;
  isAlive(bootId: string): boolean;
  /** Takes the lock again when its file is gone: others would take this process for dead. */
  restore(): void;
  release(): void;
}

/**
 * Locks in a directory that all processes of the workspace share.
 *
 * @throws {TaskLogError} `TASK_LOG_OPEN_FAILED` when a boot of this id holds its lock already
 */
export function holdBootLock(directory: string, bootId: string): BootLocks {
  return new DirectoryLocks(directory, bootId);
}

class DirectoryLocks implements BootLocks {
  readonly bootId: string;
  readonly #directory: string;
  readonly #file: string;
  #lock: HeldLock;
  #place: FilePlace;
  /** Others need some time to take their locks again. */
  #judgeFrom = 0;

  constructor(directory: string, bootId: string) {
    this.bootId = bootId;
    this.#directory = directory;
    this.#file = lockFile(directory, bootId);
    this.#lock = this.#take();
    this.#place = new FilePlace(this.#file);
    clearAway(directory, bootId);
  }

  /** Where its own lock is not found, the lock of no other process can be expected. */
  isAlive(other: string): boolean {
    if (other === this.bootId || performance.now() < this.#judgeFrom || !this.#place.isHere) return true;
    return isHeld(lockFile(this.#directory, other));
  }

  restore(): void {
    if (this.#place.isHere) return;
    const before = this.#lock;
    this.#judgeFrom = performance.now() + RESTORE_MS;
    this.#lock = this.#take();
    this.#place = new FilePlace(this.#file);
    before.release();
  }

  release(): void {
    this.#lock.release();
    if (this.#place.isHere) rmSync(this.#file, { force: true });
  }

  #take(): HeldLock {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const lock = tryLock(this.#file, { waitMs: OWN_LOCK_WAIT_MS });
    if (!lock) throw new TaskLogError('TASK_LOG_OPEN_FAILED', `Another process holds the lock ${this.#file}.`);
    return lock;
  }
}

/** For a task log in memory: there is no other process. */
export function soleBoot(bootId: string): BootLocks {
  return { bootId, isAlive: (other) => other === bootId, restore() {}, release() {} };
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
