import type { Part, Task } from '@a2a-js/sdk';
import type { FilePart } from '@molecule/adapters';
import { artifactEvent, filePart, isSameFile } from '../../tasks/events/a2a-events.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';

/** The files that a turn adds to its answer, each an artifact of its own. */
export class AnswerFiles {
  readonly #writer: TaskWriter;
  readonly #prefix: string;
  readonly #made: (Part | undefined)[];

  /** @param earlier the task with the files of earlier attempts */
  constructor(writer: TaskWriter, earlier: Task | undefined) {
    this.#writer = writer;
    this.#prefix = `file-${writer.record.turn}-`;
    const artifacts = earlier?.artifacts.filter(({ artifactId }) => artifactId.startsWith(this.#prefix)) ?? [];
    this.#made = artifacts.map(({ parts: [first] }) => first);
  }

  get isEmpty(): boolean {
    return this.#made.length === 0;
  }

  /** Undefined if the task holds the file already: a repeated attempt makes the same file again. */
  add(file: FilePart): TaskEvent | undefined {
    const part = filePart(file);
    if (this.#made.some((made) => made && isSameFile(made, part))) return undefined;
    this.#made.push(part);
    const artifact = { id: `${this.#prefix}${this.#made.length}`, name: file.name ?? 'file', parts: [part] };
    return artifactEvent(this.#writer.record, artifact, { append: false, lastChunk: true });
  }
}
