import { readdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where a database file is that this process has open: `here` under its path; `deleted`, so that only this process can still
 * read it; `moved` to another path; or `replaced` by another file.
 */
export type Place = 'here' | 'deleted' | 'moved' | 'replaced';

/** Files that SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-shm'];
/** Each name in it is an open file of this process; only Linux has it. */
const OPEN_FILES = '/proc/self/fd';

/** Watches whether the path of an open database still leads to it. */
export class FilePlace {
  readonly path: string;
  readonly #identities = new Map<string, string>();

  constructor(path: string) {
    this.path = path;
    this.renew();
  }

  /** Cheap enough to be asked at every message: it reads the path's inode. */
  get isHere(): boolean {
    return identityOf(this.path) === this.#identities.get('');
  }

  check(): Place {
    const found = identityOf(this.path);
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
      const identity = identityOf(file);
      if (identity !== undefined && identity === this.#identities.get(companion)) rmSync(file, { force: true });
    }
  }

  #remember(companion: string): void {
    const identity = identityOf(`${this.path}${companion}`);
    if (identity !== undefined) this.#identities.set(companion, identity);
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

function identityOf(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && identify(found);
  } catch (error) {
    // A file where a directory was is a path without the file, too.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function identify({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
