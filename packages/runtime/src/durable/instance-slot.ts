import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HeldLock, tryLock } from '../task-log/file-lock.js';

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
export function holdInstanceSlot(stateDir: string): InstanceSlot {
  const directory = join(stateDir, 'instances');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = readName(join(stateDir, 'instance-id'));
  for (let slot = 1; ; slot++) {
    const lock: HeldLock | undefined = tryLock(join(directory, `${slot}.lock`));
    if (lock) return { instanceId: `${name}-${slot}`, stateId: name, release: () => lock.release() };
  }
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
