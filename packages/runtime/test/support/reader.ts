import type { Artifact, StreamResponse, Task } from '@a2a-js/sdk';
import { answerOf, textOf } from './a2a-client.js';

/**
 * The state of a task for a client that only follows its stream, by the protocol's rules (A2A 1.0, section 4.2): a task
 * replaces everything, an artifact update appends or replaces, a status update replaces the status. Independent of the
 * server's own fold, in order to check it.
 */
export class StreamReader {
  #task: Task | undefined;
  /** Every text of the answer that the client has shown, one entry for each change. */
  readonly screens: string[] = [];
  /** True if a change withdrew the previous text by a marked reset. */
  readonly resets: number[] = [];
  readonly sequence: number[] = [];

  get task(): Task {
    if (!this.#task) throw new Error('The stream began with no task.');
    return this.#task;
  }

  get answer(): string {
    return this.#task ? answerOf(this.#task) : '';
  }

  async readAll(stream: AsyncIterable<StreamResponse>): Promise<this> {
    for await (const response of stream) this.read(response);
    return this;
  }

  /** Reads the first event, which shows that the stream is open. */
  async readFirst(stream: AsyncIterator<StreamResponse>): Promise<this> {
    const first = await stream.next();
    if (!first.done) this.read(first.value);
    return this;
  }

  read({ payload }: StreamResponse): void {
    const { metadata } = (payload?.value ?? {}) as { readonly metadata?: Record<string, unknown> };
    const seq = metadata?.['molecule.seq'];
    if (typeof seq === 'number') this.sequence.push(seq);
    if (payload?.$case === 'task') this.#task = structuredClone(payload.value);
    else if (payload?.$case === 'statusUpdate') this.task.status = payload.value.status;
    else if (payload?.$case === 'artifactUpdate' && payload.value.artifact) {
      if (metadata?.['molecule.reset'] === true) this.resets.push(this.screens.length);
      this.#apply(payload.value.artifact, payload.value.append);
    }
    if (this.screens.at(-1) !== this.answer) this.screens.push(this.answer);
  }

  #apply(artifact: Artifact, append: boolean): void {
    const known = this.task.artifacts.find(({ artifactId }) => artifactId === artifact.artifactId);
    if (!known) this.task.artifacts.push(structuredClone(artifact));
    else if (append) known.parts.push(...structuredClone(artifact.parts));
    else known.parts = structuredClone(artifact.parts);
  }
}

/** The newest text of each artifact, for comparing two readers. */
export function artifactTexts(task: Task): Readonly<Record<string, string>> {
  return Object.fromEntries(task.artifacts.map(({ artifactId, parts }) => [artifactId, textOf(parts)]));
}
