import { readdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The place of a database file that this process has open: `here` under its path; `deleted`, so that only this process can
 * still read it; `moved` to another path; `replaced` by another file; or `unreachable`, if its path cannot be read.
 */
export type Place = 'here' | 'deleted' | 'moved' | 'replaced' | 'unreachable';

/** Suffixes of the files that SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-shm'];
/** Has an entry for each open file of this process; exists on Linux only. */
const OPEN_FILES = '/proc/self/fd';

/** Checks whether the path of an open database still leads to it. */
export class FilePlace {
  readonly path: string;
  readonly #identities = new Map<string, string>();
  #problem = '';

  constructor(path: string) {
    this.path = path;
    this.renew();
  }

  /** Reads only the path's inode, which is cheap enough for every message. Never throws. */
  get isHere(): boolean {
    return this.#identityAt(this.path) === this.#identities.get('');
  }

  /** The operating system's error at the last check of the path; empty if there was none. */
  get problem(): string {
    return this.#problem;
  }

  /** Never throws, because it is called periodically where no caller could catch an error. */
  check(): Place {
    const found = this.#identityAt(this.path);
    if (this.#problem !== '') return 'unreachable';
    if (found === this.#identities.get('')) {
      for (const companion of COMPANIONS) this.#remember(companion);
      return 'here';
    }
    if (found !== undefined) return 'replaced';
    return this.#hasName() ? 'moved' : 'deleted';
  }

  /** Accepts the file now at the path as the right one. */
  renew(): void {
    for (const companion of ['', ...COMPANIONS]) this.#remember(companion);
  }

  /** Removes the companion files of the previous database, which SQLite would otherwise use for the new one. */
  clearCompanions(): void {
    for (const companion of COMPANIONS) {
      const file = `${this.path}${companion}`;
      const identity = this.#identityAt(file);
      if (identity !== undefined && identity === this.#identities.get(companion)) rmSync(file, { force: true });
    }
  }

  #remember(companion: string): void {
    const identity = this.#identityAt(`${this.path}${companion}`);
    if (identity !== undefined) this.#identities.set(companion, identity);
  }

  #identityAt(path: string): string | undefined {
    this.#problem = '';
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      return found && identify(found);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // ENOTDIR: a file has replaced a directory of the path, so the database is not there.
      if (code !== 'ENOTDIR') this.#problem = message;
      return undefined;
    }
  }

  /** Whether the open file still has a name. If that cannot be determined, true: the file may return. */
  #hasName(): boolean {
    try {
      for (const name of readdirSync(OPEN_FILES)) {
        const found = statSync(join(OPEN_FILES, name), { throwIfNoEntry: false });
        if (found && identify(found) === this.#identities.get('')) return found.nlink > 0;
      }
    } catch {
      // The directory does not exist, or no descriptor is free to read it.
    }
    return true;
  }
}

function identify({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
