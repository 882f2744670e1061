import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The workspace's own token of the platform, which the platform hands out once. */
export class TokenFile {
  /** For messages to the operator. */
  readonly path: string;
  #token: string | undefined;

  private constructor(path: string, token: string | undefined) {
    this.path = path;
    this.#token = token;
  }

  static async open(stateDir: string): Promise<TokenFile> {
    const path = join(stateDir, 'platform-token');
    const token = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return new TokenFile(path, token.trim() || undefined);
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Whole or not at all: half a token would lock the workspace out. */
  async save(token: string): Promise<void> {
    this.#token = token;
    const unfinished = `${this.path}.${process.pid}`;
    await writeFile(unfinished, `${token}\n`, { mode: 0o600 });
    await rename(unfinished, this.path);
  }
}
