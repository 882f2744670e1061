import { basename } from 'node:path';
import {
  type AgentEngine,
  type FileEvent,
  MoleculeError,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import { decorateEngine } from '../runner/decorate-engine.js';
import { type FileRefusal, readConfinedFile } from './confined-file.js';
import { mediaTypeOf } from './media-types.js';

/** Files are kept in the task log and sent whole to every reader. */
const MOST_BYTES = 5 * 1024 * 1024;
const MOST_FILES = 10;

/** A file that may not or cannot be sent; its message is for the model. */
class AttachmentError extends MoleculeError {
  override readonly name = 'AttachmentError';
  readonly code = 'ATTACHMENT_REFUSED';
}

interface Outbox {
  readonly waiting: FileEvent[];
  taken: number;
}

/** Files of the working directory that a tool call hands to the caller of the turn, whatever the engine. */
export class OutgoingFiles {
  readonly #workDir: string;
  readonly #turns = new Map<string, Outbox>();

  constructor(workDir: string) {
    this.#workDir = workDir;
  }

  /**
   * Puts a file into the answer of a task's running turn.
   *
   * @param path relative to the working directory, or absolute and inside it
   * @throws {AttachmentError} when it is outside, no file, too large, or one too many; or when no turn runs
   */
  async add(taskId: string, path: string): Promise<{ readonly name: string; readonly bytes: number }> {
    const outbox = this.#turns.get(taskId);
    if (!outbox) throw new AttachmentError('Files can be sent only while you work on a task.');
    if (outbox.taken >= MOST_FILES) throw new AttachmentError(`An answer may hold ${MOST_FILES} files.`);
    outbox.taken++;
    try {
      const data = await this.#read(path);
      const name = basename(path);
      const file = { kind: 'file', name, mediaType: mediaTypeOf(name), data: data.toString('base64') } as const;
      outbox.waiting.push({ type: 'file', file });
      return { name, bytes: data.length };
    } catch (error) {
      outbox.taken--;
      throw error;
    }
  }

  /** The same engine; what was added to its turns is among their events. */
  watch(engine: AgentEngine): AgentEngine {
    return decorateEngine(engine, (turn, controls) => this.#withFiles(engine, turn, controls));
  }

  async *#withFiles(engine: AgentEngine, turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    const outbox: Outbox = { waiting: [], taken: 0 };
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

  async #read(path: string): Promise<Buffer> {
    const read = await readConfinedFile(this.#workDir, path, MOST_BYTES);
    if ('why' in read) throw new AttachmentError(describe(path, read));
    return read;
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
      return `${path} is no file.`;
    case 'too-large':
      return `${path} has ${refusal.bytes} bytes; a file may have ${MOST_BYTES}.`;
  }
}
