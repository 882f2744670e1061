import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonFile, writePrivateFile } from '../../process/atomic-file.js';
import { type TurnRecord, turnRecordSchema } from './turn-record.js';

/**
 * The last turn of each conversation, on disk. It is written before a turn is sent to Hermes, so it exists even if
 * the process dies before the runner has stored a checkpoint.
 */
export class TurnJournal {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async read(sessionId: string): Promise<TurnRecord | undefined> {
    return turnRecordSchema.safeParse(await readJsonFile(this.#path(sessionId))).data;
  }

  async write(sessionId: string, record: TurnRecord): Promise<void> {
    await writePrivateFile(this.#path(sessionId), JSON.stringify(record));
  }

  async remove(sessionId: string): Promise<void> {
    await rm(this.#path(sessionId), { force: true });
  }

  /** The turns that wait for a person with a run in Hermes, by session. */
  async waiting(): Promise<Map<string, TurnRecord>> {
    const found = new Map<string, TurnRecord>();
    for await (const [sessionId, record] of this.#all()) if (holdsRun(record)) found.set(sessionId, record);
    return found;
  }

  /**
   * True if the process died exactly while it sent a turn to Hermes: a run with an unknown id may exist.
   */
  async hasUnknownRun(): Promise<boolean> {
    for await (const [, record] of this.#all()) if (!record.ended && record.runId === undefined) return true;
    return false;
  }

  async *#all(): AsyncGenerator<[sessionId: string, record: TurnRecord]> {
    const names = await readdir(this.#dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names.filter((file) => file.endsWith('.json'))) {
      const sessionId = name.slice(0, -'.json'.length);
      const record = await this.read(sessionId);
      if (record) yield [sessionId, record];
    }
  }

  #path(sessionId: string): string {
    return join(this.#dir, `${sessionId}.json`);
  }
}

/** True for a turn that waits for a person and has a run in Hermes that waits with it. */
export function holdsRun({ asked, runId, ended, released }: TurnRecord): boolean {
  return asked !== undefined && runId !== undefined && !ended && !released;
}
