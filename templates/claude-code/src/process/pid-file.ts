import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { readTextIfPresent } from '../sessions/read-file.js';

/** Remembers a session's process, so that one that outlived a killed runtime can be ended where there is no `/proc`. */
export class PidFile {
  readonly #path: string;
  readonly #sessionId: string;

  constructor(path: string, sessionId: string) {
    this.#path = path;
    this.#sessionId = sessionId;
  }

  write(id: number): Promise<void> {
    return writeFile(this.#path, String(id), { mode: 0o600 });
  }

  clear(): Promise<void> {
    return rm(this.#path, { force: true });
  }

  /** The remembered process, if it still lives and is this session's: ids are used again. */
  async findLiving(): Promise<number | undefined> {
    const id = Number(await readTextIfPresent(this.#path));
    if (!Number.isInteger(id) || id <= 1) return undefined;
    return (await commandLineOf(id)).includes(this.#sessionId) ? id : undefined;
  }
}

async function commandLineOf(id: number): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(id)]);
    return stdout;
  } catch {
    // `ps` ends with 1 when there is no such process.
    return '';
  }
}
