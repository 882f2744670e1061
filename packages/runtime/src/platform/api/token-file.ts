import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

/** The file of the workspace's token in the state directory. */
export class TokenFile {
  /** For messages to the operator. */
  readonly path: string;

  constructor(stateDir: string) {
    this.path = join(stateDir, 'platform-token');
  }

  /** Undefined: there is none. */
  async read(): Promise<string | undefined> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.trim() || undefined;
  }

  /** Writes it atomically: with half a token the platform would refuse the workspace. */
  async save(token: string): Promise<void> {
    const unfinished = `${this.path}.${process.pid}`;
    const file = await open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(`${token}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.path);
  }
}
