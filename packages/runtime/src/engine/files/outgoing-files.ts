import { AsyncLocalStorage } from 'node:async_hooks';
import { basename } from 'node:path';
import {
  type AgentEngine,
  type FileEvent,
  MoleculeError,
  type StepOptions,
  type StepRun,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';
import { type FileRefusal, openConfinedFile } from '../../support/files/confined-file.js';
import { mediaTypeOf } from '../../support/files/media-types.js';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { referenceTo, type StoredFile, storedFileAt } from '../../tasks/blobs/stored-file.js';
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
  /** Files that were added outside of steps. */
  readonly waiting: FileEvent[];
  taken: number;
}

type Work<Result> = (run: StepRun) => Promise<Result> | Result;

/** Files of a turn's working directory that a tool call adds to the answer, for every engine. */
export class OutgoingFiles {
  readonly #blobs: Blobs;
  readonly #turns = new Map<string, Outbox>();
  /** The files of the step that runs. */
  readonly #ofStep = new AsyncLocalStorage<FileEvent[]>();

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
      (this.#ofStep.getStore() ?? outbox.waiting).push({ type: 'file', file });
      return { name, bytes: stored.bytes };
    } catch (error) {
      outbox.taken--;
      throw error;
    }
  }

  /** The same engine, whose turns also yield the added files. Those that a step adds are recorded with it. */
  decorate(engine: AgentEngine): AgentEngine {
    return decorateEngine(engine, (turn, controls) => this.#withFiles(engine, turn, controls));
  }

  async *#withFiles(engine: AgentEngine, turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    const outbox: Outbox = { workDir: turn.workDir, waiting: [], taken: 0 };
    this.#turns.set(turn.taskId, outbox);
    const step = <Result>(name: string, given: StepOptions | Work<Result>, work?: Work<Result>) =>
      typeof given === 'function'
        ? controls.step(name, this.#givingFiles(given))
        : controls.step(name, given, this.#givingFiles(work as Work<Result>));
    try {
      for await (const event of engine.runTurn(turn, { ...controls, step })) {
        if (!controls.signal.aborted) yield* outbox.waiting.splice(0);
        yield event;
      }
    } finally {
      if (this.#turns.get(turn.taskId) === outbox) this.#turns.delete(turn.taskId);
    }
  }

  /** The work of a step, which then gives the files that were added meanwhile. */
  #givingFiles<Result>(work: Work<Result>): Work<Result> {
    if (typeof work !== 'function') return work;
    return async (run) => {
      const added: FileEvent[] = [];
      const result = await this.#ofStep.run(added, () => work(run));
      for (const { file } of added) await run.emit({ type: 'file', file: await this.#withBytes(file) });
      return result;
    };
  }

  /** As an engine gives a file: the address of a stored one is refused there. It is stored already, so that nothing is written again. */
  async #withBytes({ url, ...file }: FileEvent['file']): Promise<FileEvent['file']> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.#blobs.read(storedFileAt(url)?.digest ?? '')) pieces.push(piece);
    return { ...file, data: Buffer.concat(pieces).toString('base64') };
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
