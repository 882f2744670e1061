import { readdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where a database file is that this process has open: `here` under its path; `deleted`, so that only this process can still
 * read it; `moved` to another path; `replaced` by another file; or `unreachable`, since its path cannot be followed.
 */
export type Place = 'here' | 'deleted' | 'moved' | 'replaced' | 'unreachable';

/** Files that SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-shm'];
/** Each name in it is an open file of this process; only Linux has it. */
const OPEN_FILES = '/proc/self/fd';

/** Watches whether the path of an open database still leads to it. */
export class FilePlace {
  readonly path: string;
  readonly #identities = new Map<string, string>();
  #problem = '';

  constructor(path: string) {
    this.path = path;
    this.renew();
  }

  /** Cheap enough to be asked at every message: it reads the path's inode. Never throws. */
  get isHere(): boolean {
    return this.#identityAt(this.path) === this.#identities.get('');
  }

  /** Why the path could not be followed when it was last looked at, in the operating system's words. */
  get problem(): string {
    return this.#problem;
  }

  /** Never throws: whoever looks does so again and again, most often where nobody could catch it. */
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

  /** From now on the file that the path leads to is the right one. */
  renew(): void {
    for (const companion of ['', ...COMPANIONS]) this.#remember(companion);
  }

  /** Removes what lies beside the path and belongs to the file that was there: SQLite would take it for the new file's. */
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
      // A file where a directory was is a path without the file, too.
      if (code !== 'ENOTDIR') this.#problem = message;
      return undefined;
    }
  }

  /** Whether the open file has a name anywhere. Where that cannot be told, it may come back. */
  #hasName(): boolean {
    try {
      for (const name of readdirSync(OPEN_FILES)) {
        const found = statSync(join(OPEN_FILES, name), { throwIfNoEntry: false });
        if (found && identify(found) === this.#identities.get('')) return found.nlink > 0;
      }
    } catch {
      // No such directory, or no descriptor to read it with.
    }
    return true;
  }
}

function identify({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
