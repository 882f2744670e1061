import { appendFile, stat } from 'node:fs/promises';
import { isMissing, readTextIfPresent, readWholeLines } from './read-file.js';
import { formatTranscript, parseTranscript, type TranscriptLine } from './transcript-entry.js';
import { replaceFile } from './write-file.js';

/**
 * The kept copy of one conversation: JSON lines, written in the order in which they come. It knows how long its own
 * writes have made the file, and so whether another process has written to it meanwhile.
 */
export class TranscriptFile {
  readonly #path: string;
  #size: number | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  append(entries: readonly TranscriptLine[]): Promise<void> {
    return this.#inOrder(async () => {
      const text = formatTranscript(entries);
      await appendFile(this.#path, text, { mode: 0o600 });
      if (this.#size !== undefined) this.#size += Buffer.byteLength(text);
    });
  }

  async read(): Promise<readonly TranscriptLine[]> {
    await this.#writing;
    return parseTranscript((await readTextIfPresent(this.#path)) ?? '');
  }

  /** Reads it to go on with it: what is there now counts as known. */
  async load(): Promise<readonly TranscriptLine[]> {
    await this.#writing;
    const entries = await readWholeLines(this.#path);
    this.#size = await sizeOf(this.#path);
    return entries;
  }

  replace(entries: readonly TranscriptLine[]): Promise<void> {
    return this.#inOrder(async () => {
      const text = formatTranscript(entries);
      await replaceFile(this.#path, text);
      this.#size = Buffer.byteLength(text);
    });
  }

  /** False once another process has written to the file since this one read it. */
  async isOurs(): Promise<boolean> {
    await this.#writing;
    return (await sizeOf(this.#path)) === this.#size;
  }

  #inOrder(write: () => Promise<void>): Promise<void> {
    const written = this.#writing.then(write);
    // A failed write is told to its caller; the next one is tried all the same.
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
