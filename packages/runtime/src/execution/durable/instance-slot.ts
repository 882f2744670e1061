import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { FilePlace } from '../../support/files/file-place.js';
import { type HeldLock, tryLock } from '../../support/sqlite/file-lock.js';
import { readStateId, writeStateId } from '../../tasks/storage/state-id.js';

/** How often the slot's file is checked for deletion. */
const KEEP_MS = 1_000;

/** An id that a process has again after a restart, and that two processes never have at once. */
export interface InstanceSlot {
  readonly instanceId: string;
  /** Id of the state directory: the same for all processes on it, and unique to it. */
  readonly stateId: string;
  release(): void;
}

/**
 * Takes the first free slot of a state directory. There is almost always one process, whose slot is 1, so it recognizes its earlier
 * boots' turns in Temporal.
 */
export function holdInstanceSlot(stateDir: string, logger: Logger): InstanceSlot {
  const directory = join(stateDir, 'instances');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = readStateId(stateDir);
  for (let slot = 1; ; slot++) {
    const lock: HeldLock | undefined = tryLock(join(directory, `${slot}.lock`));
    if (!lock) continue;
    return { instanceId: `${name}-${slot}`, stateId: name, release: keepSlot(stateDir, slot, name, lock, logger) };
  }
}

/** Takes the slot again if the state directory was deleted and created again. Returns a function that releases it. */
function keepSlot(stateDir: string, slot: number, name: string, first: HeldLock, logger: Logger): () => void {
  const file = join(stateDir, 'instances', `${slot}.lock`);
  let lock = first;
  let place = new FilePlace(file);
  let failure = '';
  const keep = () => {
    if (place.isHere || !existsSync(join(stateDir, 'tasks.db'))) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeStateId(stateDir, name);
    const again = tryLock(file);
    if (!again) return;
    lock.release();
    lock = again;
    place = new FilePlace(file);
  };
  const timer = setInterval(() => {
    try {
      keep();
      failure = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== failure)
        logger.warn('the instance slot could not be taken again; the next check retries', { file, error });
      failure = message;
    }
  }, KEEP_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    lock.release();
  };
}
