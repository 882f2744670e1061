import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncPlaceOf } from '../../support/files/sync-directory.js';
import { type HeldLock, tryLock } from '../../support/sqlite/file-lock.js';
import type { MoveOrigin } from '../move-origin.js';
import { TaskStoreError } from '../task-store-error.js';

const FILE = 'move.json';
const LOCK = 'move.lock';
/** Another process that probes the lock holds it for less than a millisecond. */
const PROBE_WAIT_MS = 200;

/** What a move has done with the store of a state directory. */
export type MoveMark =
  | { readonly state: 'moved'; readonly to: string }
  | { readonly state: 'incomplete'; readonly from: MoveOrigin };

/** Undefined: the store is whole, and here. */
export function readMoveMark(stateDir: string): MoveMark | undefined {
  const file = join(stateDir, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as MoveMark) : undefined;
}

/** Writes the mark, or removes it. It survives a power cut. */
export async function writeMoveMark(stateDir: string, mark: MoveMark | undefined): Promise<void> {
  const file = join(stateDir, FILE);
  if (mark === undefined) rmSync(file, { force: true });
  else {
    const unfinished = `${file}.new`;
    writeFileSync(unfinished, `${JSON.stringify(mark)}\n`, { mode: 0o600, flush: true });
    renameSync(unfinished, file);
  }
  await syncPlaceOf(file);
}

/** The lock of a command that moves the store; it ends with its process. Undefined: another command has it. */
export function lockForMove(stateDir: string): HeldLock | undefined {
  return tryLock(join(stateDir, LOCK), { waitMs: PROBE_WAIT_MS });
}

/**
 * Refuses the store of a state directory that must not be used as it is.
 *
 * @throws {TaskStoreError} `STORE_IN_USE`, `STORE_INCOMPLETE`, `STORE_MOVED`
 */
export function refuseMoved(stateDir: string): void {
  if (isBeingMoved(stateDir)) {
    throw new TaskStoreError(
      'STORE_IN_USE',
      `A command is moving the tasks in ${stateDir} at this moment. Wait until it has ended.`,
    );
  }
  const mark = readMoveMark(stateDir);
  if (mark?.state === 'incomplete') {
    throw new TaskStoreError(
      'STORE_INCOMPLETE',
      `A move of the tasks from ${mark.from.place} into ${stateDir} was interrupted, so not all of them are here. Run \`molecule tasks move --to sqlite\` again, with the same settings. Nothing was lost: they are still in ${mark.from.place}.`,
    );
  }
  if (mark?.state === 'moved') {
    throw new TaskStoreError(
      'STORE_MOVED',
      `The tasks in ${stateDir} were moved to ${mark.to}. Start the agent with that store: set DATABASE_URL. To go back to the tasks as they were when they were moved, remove ${join(stateDir, FILE)}.`,
    );
  }
}

function isBeingMoved(stateDir: string): boolean {
  const file = join(stateDir, LOCK);
  if (!existsSync(file)) return false;
  const lock = tryLock(file, { create: false, waitMs: PROBE_WAIT_MS });
  lock?.release();
  return lock === undefined && existsSync(file);
}
