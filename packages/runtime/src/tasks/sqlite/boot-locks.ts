import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FilePlace } from '../../support/files/file-place.js';
import { type HeldLock, tryLock } from '../../support/sqlite/file-lock.js';
import type { Boots } from '../boots.js';
import { storageTrouble } from '../storage/storage-trouble.js';
import { TaskLogError } from '../task-log-error.js';

/** Another process that probes this process's lock holds it for less than a millisecond. */
const OWN_LOCK_WAIT_MS = 1_000;
/** A younger lock file may belong to a process that is about to lock it, so it is not removed. */
const NEW_MS = 60_000;
/** After the directory was deleted, other processes have taken their locks again within this time. */
const RESTORE_MS = 10_000;

/**
 * Boots of a state directory. Each boot holds the lock of a file of its own in a directory that all processes of the workspace
 * share. The operating system drops the lock with the process, so neither a clock nor a heartbeat is needed.
 */
export class BootLocks implements Boots {
  readonly id: string;
  readonly #directory: string;
  readonly #file: string;
  #lock: HeldLock;
  #place: FilePlace;
  /** Until then every boot counts as alive, because other processes need some time to take their locks again. */
  #judgeFrom = 0;

  /** @throws {TaskLogError} `TASK_LOG_OPEN_FAILED` if another process holds the lock of this id */
  constructor(directory: string, id: string) {
    this.id = id;
    this.#directory = directory;
    this.#file = lockFile(directory, id);
    this.#lock = this.#take();
    this.#place = new FilePlace(this.#file);
    removeDeadLocks(directory, id);
  }

  async isAlive(other: string): Promise<boolean> {
    // If this process's own lock file is gone, the lock files of living processes may be gone as well.
    if (other === this.id || performance.now() < this.#judgeFrom || !this.#place.isHere) return true;
    return isHeld(lockFile(this.#directory, other));
  }

  /** Lock files of other boots are tried: one that no process holds belongs to a dead boot. */
  async count(): Promise<number> {
    const others = lockedIds(this.#directory).filter((id) => id !== this.id);
    return 1 + others.filter((id) => isHeld(lockFile(this.#directory, id))).length;
  }

  /** Takes the lock again if its file is gone: otherwise other processes would count this one as dead. */
  restore(): void {
    if (this.#place.isHere) return;
    const before = this.#lock;
    this.#judgeFrom = performance.now() + RESTORE_MS;
    this.#lock = this.#take();
    this.#place = new FilePlace(this.#file);
    before.release();
  }

  async release(): Promise<void> {
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

/** Where the boots of a state directory have their locks. */
export function bootsIn(stateDir: string): string {
  return join(stateDir, 'boots');
}

/** The boots of a state directory, for a command that is none of them. */
export function observedLocks(stateDir: string): Boots {
  const directory = bootsIn(stateDir);
  return {
    id: crypto.randomUUID(),
    isAlive: async (id) => isHeld(lockFile(directory, id)),
    count: async () => lockedIds(directory).filter((id) => isHeld(lockFile(directory, id))).length,
    async release() {},
  };
}

/** The ids of the boots that have a lock file; none if the directory was deleted. */
function lockedIds(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) => (name.endsWith('.lock') ? [name.slice(0, -'.lock'.length)] : []));
}

/** Removes the lock files of processes that were killed; a process that ends by itself removes its own. */
function removeDeadLocks(directory: string, own: string): void {
  for (const id of lockedIds(directory)) {
    if (id === own) continue;
    const file = lockFile(directory, id);
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
    // If the file cannot be probed (no free descriptor, for example), the boot counts as alive.
    if (storageTrouble(error)) return true;
    throw error;
  }
}

function lockFile(directory: string, bootId: string): string {
  return join(directory, `${bootId}.lock`);
}
