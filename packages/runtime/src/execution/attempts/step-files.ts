import type { StepEvent } from '@molecule/adapters';
import { storedEventFiles } from '../../engine/files/stored-answer-files.js';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { TURN } from '../../tasks/storage/storage-gate.js';

/** The files of steps: large results, and what their events carry. */
export class StepFiles {
  readonly #blobs: Blobs;

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** The event, whose files are stored. */
  async stored(event: StepEvent, signal: AbortSignal): Promise<StepEvent> {
    if (event.type !== 'file' && event.type !== 'artifact') return event;
    return (await storedEventFiles(event, this.#blobs, signal)) as StepEvent;
  }

  /** @returns the digest */
  async put(json: string): Promise<string> {
    return (await this.#blobs.put(Buffer.from(json), TURN)).digest;
  }

  async read(digest: string): Promise<string> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.#blobs.read(digest)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }
}
