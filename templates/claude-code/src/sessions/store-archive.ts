import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonValue, NewEntry, TurnStore } from '@molecule/adapters';
import { FolderArchive } from './folder-archive.js';
import { readTextIfPresent } from './read-file.js';
import type { SessionArchive } from './session-archive.js';
import { readStoredTranscript, TRANSCRIPT } from './stored-transcript.js';
import type { TranscriptLine } from './transcript-entry.js';
import type { TurnRecord } from './turn-record.js';
import { replaceFile } from './write-file.js';

const TURN = 'turn';
/** A random name of the conversation. Once it was forgotten, a new one has another name. */
const NAME = 'conversation';

/**
 * A conversation that is kept in the runtime's engine store, where every machine that shares the store finds it. The session's folder has
 * its name, so that copies of a forgotten conversation are recognized, also if another machine has forgotten it.
 */
export class StoreArchive implements SessionArchive {
  #store: TurnStore;
  readonly #folder: string;
  /** The position of the last line that this process has read or written. */
  #last = 0;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(store: TurnStore, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  use(store: TurnStore | undefined): void {
    if (store !== undefined) this.#store = store;
  }

  append(entries: readonly TranscriptLine[]): Promise<void> {
    return this.#write(() => this.#store.append(TRANSCRIPT, entries.map(toEntry)));
  }

  async read(): Promise<readonly TranscriptLine[]> {
    await this.#writing;
    return (await readStoredTranscript(this.#store)).entries;
  }

  async load() {
    await this.#writing;
    const name = await this.#store.get(NAME);
    const ownName = await readTextIfPresent(this.#nameFile());
    const isKnown = name !== undefined && name === ownName;
    if (name === undefined && ownName === undefined) await this.#takeOver();
    if (!isKnown) await this.#nameFolder(name);
    const { entries, last } = await readStoredTranscript(this.#store);
    this.#last = last;
    // A copy without a name is of an earlier version, which kept conversations on one machine only.
    return { entries, ownCopy: isKnown || (name === undefined && ownName === undefined) };
  }

  replace(entries: readonly TranscriptLine[]): Promise<void> {
    return this.#write(() => this.#store.replace(TRANSCRIPT, entries.map(toEntry)));
  }

  async isOurs(): Promise<boolean> {
    await this.#writing;
    const { entries } = await this.#store.list(TRANSCRIPT, { after: this.#last - 1, limit: 2 });
    return entries.length === 1 && entries[0]?.position === this.#last;
  }

  async readTurn(): Promise<TurnRecord | undefined> {
    return (await this.#store.get(TURN)) as unknown as TurnRecord | undefined;
  }

  writeTurn(record: TurnRecord): Promise<void> {
    return this.#store.put(TURN, record as unknown as JsonValue);
  }

  /** Takes over what an earlier version has kept in the folder. */
  async #takeOver(): Promise<void> {
    const folder = new FolderArchive(this.#folder);
    const { entries } = await folder.load();
    const record = await folder.readTurn();
    if (entries.length > 0) await this.#store.replace(TRANSCRIPT, entries.map(toEntry));
    if (record !== undefined) await this.writeTurn(record);
    for (const file of ['transcript.jsonl', 'turn.json']) await rm(join(this.#folder, file), { force: true });
  }

  async #nameFolder(known: JsonValue | undefined): Promise<void> {
    const name = typeof known === 'string' ? known : randomUUID();
    if (name !== known) await this.#store.put(NAME, name);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#nameFile(), name);
  }

  #nameFile(): string {
    return join(this.#folder, 'conversation');
  }

  #write(write: () => Promise<number>): Promise<void> {
    const written = this.#writing.then(async () => {
      this.#last = await write();
    });
    // A failed write rejects for its caller; the next write is tried nevertheless.
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

/** Most lines have an id. A line that is kept already is left out when it is appended again. */
function toEntry(line: TranscriptLine): NewEntry {
  return { ...(line.uuid !== undefined && { id: line.uuid }), value: line as JsonValue };
}
