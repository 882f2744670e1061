import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file of the state directory with its id. */
const FILE = 'instance-id';

/** The id of a state directory, unique to it; a directory without one gets one. */
export function readStateId(stateDir: string): string {
  const file = join(stateDir, FILE);
  if (!existsSync(file)) {
    try {
      writeFileSync(file, crypto.randomUUID(), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      // Another process wrote it first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return readFileSync(file, 'utf8').trim();
}

/** Gives a state directory the id of another one, which it replaces. */
export function writeStateId(stateDir: string, id: string): void {
  writeFileSync(join(stateDir, FILE), id, { mode: 0o600, flush: true });
}
