import { basename } from 'node:path';
import {
  type AgentEngine,
  type FileEvent,
  MoleculeError,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';
import { type FileRefusal, openConfinedFile } from '../../support/files/confined-file.js';
import { mediaTypeOf } from '../../support/files/media-types.js';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { referenceTo, type StoredFile } from '../../tasks/blobs/stored-file.js';
import { StorageError, storageMessage } from '../../tasks/storage/storage-error.js';
import { CALLER } from '../../tasks/storage/storage-gate.js';
import { decorateEngine } from '../decorate-engine.js';

/** The limits for files. Most callers receive them inside of the answer. */
const MOST_BYTES = 5 * 1024 * 1024;
const MOST_FILES = 10;

/** A file cannot be sent. The message is for the model. */
class AttachmentError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.AttachmentError';
  readonly code = 'ATTACHMENT_REFUSED' satisfies ErrorCode;
}

interface Outbox {
  readonly workDir: string;
  readonly waiting: FileEvent[];
  taken: number;
}

/** Files of a turn's working directory that a tool call adds to the answer, for every engine. */
export class OutgoingFiles {
  readonly #blobs: Blobs;
  readonly #turns = new Map<string, Outbox>();

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /**
   * Adds a file to the answer of a task's running turn.
   *
   * @param path relative to the working directory, or absolute and inside it
   * @throws {AttachmentError} if it is outside, not a regular file, too large, or one too many; or if no turn runs
   */
  async add(taskId: string, path: string): Promise<{ readonly name: string; readonly bytes: number }> {
    const outbox = this.#turns.get(taskId);
    if (!outbox) throw new AttachmentError('Files can be sent only while you work on a task.');
    if (outbox.taken >= MOST_FILES) throw new AttachmentError(`An answer may hold ${MOST_FILES} files.`);
    outbox.taken++;
    try {
      const stored = await this.#store(outbox.workDir, path);
      const name = basename(path);
      const file = { kind: 'file', name, mediaType: mediaTypeOf(name), url: referenceTo(stored) } as const;
      outbox.waiting.push({ type: 'file', file });
      return { name, bytes: stored.bytes };
    } catch (error) {
      outbox.taken--;
      throw error;
    }
  }

  /** The same engine, whose turns also yield the added files. */
  decorate(engine: AgentEngine): AgentEngine {
    return decorateEngine(engine, (turn, controls) => this.#withFiles(engine, turn, controls));
  }

  async *#withFiles(engine: AgentEngine, turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    const outbox: Outbox = { workDir: turn.workDir, waiting: [], taken: 0 };
    this.#turns.set(turn.taskId, outbox);
    try {
      for await (const event of engine.runTurn(turn, controls)) {
        if (!controls.signal.aborted) yield* outbox.waiting.splice(0);
        yield event;
      }
    } finally {
      if (this.#turns.get(turn.taskId) === outbox) this.#turns.delete(turn.taskId);
    }
  }

  async #store(workDir: string, path: string): Promise<StoredFile> {
    const file = await openConfinedFile(workDir, path, MOST_BYTES);
    if ('why' in file) throw new AttachmentError(describe(path, file));
    try {
      return await this.#blobs.put(() => file.read(), CALLER);
    } catch (error) {
      if (StorageError.is(error)) throw new AttachmentError(storageMessage(error.code), { cause: error });
      throw error;
    } finally {
      await file[Symbol.asyncDispose]();
    }
  }
}

function describe(path: string, refusal: FileRefusal): string {
  switch (refusal.why) {
    case 'missing':
      return `There is no file ${path} in the working directory.`;
    case 'unreadable':
      return `${path} cannot be read.`;
    case 'outside':
      return `${path} lies outside the working directory; only files inside it can be sent.`;
    case 'no-file':
      return `${path} is not a regular file.`;
    case 'too-large':
      return `${path} has ${refusal.bytes} bytes; a file may have ${MOST_BYTES}.`;
  }
}
