import { appendFile, stat } from 'node:fs/promises';
import { isMissing, readTextIfPresent, readWholeLines } from './read-file.js';
import { formatTranscript, parseTranscript, type TranscriptLine } from './transcript-entry.js';
import { replaceFile } from './write-file.js';

/**
 * The stored copy of one conversation: JSON lines in the order of their arrival. It tracks the length that its own writes produced, and
 * so detects writes of another process.
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

  /** Reads the transcript in order to continue it: its current content counts as known. */
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
    // A failed write rejects for its caller; the next write is tried nevertheless.
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
