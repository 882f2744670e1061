import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionArchive } from './session-archive.js';
import type { TranscriptLine } from './transcript-entry.js';
import { TranscriptFile } from './transcript-file.js';
import { readTurnRecord, type TurnRecord, writeTurnRecord } from './turn-record.js';

/** A conversation that is kept in a folder. */
export class FolderArchive implements SessionArchive {
  readonly #folder: string;
  readonly #transcript: TranscriptFile;

  constructor(folder: string) {
    this.#folder = folder;
    this.#transcript = new TranscriptFile(join(folder, 'transcript.jsonl'));
  }

  use(): void {}

  append(entries: readonly TranscriptLine[]): Promise<void> {
    return this.#transcript.append(entries);
  }

  read(): Promise<readonly TranscriptLine[]> {
    return this.#transcript.read();
  }

  async load() {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return { entries: await this.#transcript.load(), ownCopy: true };
  }

  replace(entries: readonly TranscriptLine[]): Promise<void> {
    return this.#transcript.replace(entries);
  }

  isOurs(): Promise<boolean> {
    return this.#transcript.isOurs();
  }

  readTurn(): Promise<TurnRecord | undefined> {
    return readTurnRecord(this.#folder);
  }

  writeTurn(record: TurnRecord): Promise<void> {
    return writeTurnRecord(this.#folder, record);
  }
}
