import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** The workspace's token for the platform, which the platform issues only once. */
export class TokenFile {
  /** The file's path, for messages to the operator. */
  readonly path: string;
  #token: string | undefined;
  #saved = true;

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

  /** Uses the token from now on; {@link save} keeps it for later boots. */
  take(token: string): void {
    this.#token = token;
    this.#saved = false;
  }

  /** Writes a token that is not saved yet, atomically: with half a token the platform would refuse the workspace. */
  async save(): Promise<void> {
    if (this.#saved) return;
    const unfinished = `${this.path}.${process.pid}`;
    const file = await open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(`${this.#token}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.path);
    this.#saved = true;
  }
}
