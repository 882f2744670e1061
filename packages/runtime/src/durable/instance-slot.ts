import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { FilePlace } from '../storage/file-place.js';
import { type HeldLock, tryLock } from '../task-log/file-lock.js';

/** How often it is looked whether the slot's file is where it was. */
const KEEP_MS = 1_000;

/** A name that a restarted process has again, and that two processes never have at once. */
export interface InstanceSlot {
  readonly instanceId: string;
  /** Of the state directory; the same for all processes on it, and no other. */
  readonly stateId: string;
  release(): void;
}

/**
 * Takes the first free slot of a state directory. Almost always there is one process, and its slot is always 1; what its
 * earlier life left behind in Temporal is then known to be its own.
 */
export function holdInstanceSlot(stateDir: string, logger: Logger): InstanceSlot {
  const directory = join(stateDir, 'instances');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = readName(join(stateDir, 'instance-id'));
  for (let slot = 1; ; slot++) {
    const lock: HeldLock | undefined = tryLock(join(directory, `${slot}.lock`));
    if (!lock) continue;
    return { instanceId: `${name}-${slot}`, stateId: name, release: keepSlot(stateDir, slot, name, lock, logger) };
  }
}

/** Takes the slot again when the state directory was deleted and made again. Gives what releases it. */
function keepSlot(stateDir: string, slot: number, name: string, first: HeldLock, logger: Logger): () => void {
  const file = join(stateDir, 'instances', `${slot}.lock`);
  let lock = first;
  let place = new FilePlace(file);
  let failure = '';
  const keep = () => {
    if (place.isHere || !existsSync(join(stateDir, 'tasks.db'))) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(join(stateDir, 'instance-id'), name, { mode: 0o600 });
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
        logger.warn('the instance slot could not be taken again; it is tried again', { file, error });
      failure = message;
    }
  }, KEEP_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    lock.release();
  };
}

function readName(file: string): string {
  if (!existsSync(file)) {
    try {
      writeFileSync(file, crypto.randomUUID(), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      // Another process has just written it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return readFileSync(file, 'utf8').trim();
}
