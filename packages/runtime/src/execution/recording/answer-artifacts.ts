import type { Artifact, Part, Task } from '@a2a-js/sdk';
import type { ArtifactEvent, DataEvent, FileEvent } from '@molecule/adapters';
import { artifactEvent, filePart, structuredPart, toA2APart } from '../../tasks/events/a2a-events.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import type { TurnRecord } from '../../tasks/log/records.js';
import { isSameData, isSameFile, SingleParts } from './single-parts.js';

type Target = Pick<TurnRecord, 'taskId' | 'contextId' | 'turn'>;

/** What an update leaves of an artifact besides its parts. */
type Described = Pick<Artifact, 'name' | 'description' | 'metadata'>;

/** The artifacts that a turn adds to its answer, besides the text: files, data, and those that the engine names itself. */
export class AnswerArtifacts {
  readonly #target: Target;
  readonly #files: SingleParts;
  readonly #data: SingleParts;
  /** By id, what the task holds of the artifacts that the engine names. */
  readonly #named = new Map<string, Described>();
  /** Of the attempt before; the next event of their id replaces them. */
  #void: ReadonlySet<string> = new Set();

  /** @param earlier the task with the artifacts of earlier attempts */
  constructor(target: Target, earlier: Task | undefined) {
    this.#target = target;
    this.#files = new SingleParts(target, 'file', earlier, isSameFile);
    this.#data = new SingleParts(target, 'data', earlier, isSameData);
    const prefix = artifactId(target, '');
    for (const { artifactId: id, name, description, metadata } of earlier?.artifacts ?? []) {
      if (id.startsWith(prefix)) this.#named.set(id, { name, description, metadata });
    }
  }

  get isEmpty(): boolean {
    return this.#files.isEmpty && this.#data.isEmpty && this.#named.size === 0;
  }

  /** Undefined if the task holds that already: a repeated attempt makes the same file or data again. */
  add(event: FileEvent | DataEvent | ArtifactEvent): TaskEvent | undefined {
    switch (event.type) {
      case 'file':
        return this.#files.add(filePart(event.file), event.file.name ?? 'file');
      case 'data':
        return this.#data.add(structuredPart(event), event.name ?? 'data');
      case 'artifact':
        return this.#update(event);
    }
  }

  /** The turn runs from its beginning: the next event of each id replaces the artifact. */
  startOver(): void {
    this.#void = new Set(this.#named.keys());
  }

  /** Artifacts of the attempt before that are continued: the next event of their id replaces nothing. */
  keep(ids: readonly string[]): void {
    const kept = new Set(ids.map((id) => artifactId(this.#target, id)));
    this.#void = new Set([...this.#void].filter((id) => !kept.has(id)));
  }

  #update({ append = false, last = false, parts, ...event }: ArtifactEvent): TaskEvent {
    const id = artifactId(this.#target, event.id);
    const known = this.#void.has(id) ? undefined : this.#named.get(id);
    const isPiece = append && known !== undefined;
    const { name = event.id, description = '', metadata } = event;
    const described = isPiece ? known : { name, description, metadata };
    this.#named.set(id, described);
    if (this.#void.has(id)) this.#void = new Set([...this.#void].filter((other) => other !== id));
    const artifact = { id, ...described, parts: parts.map(toA2APart) as readonly Part[] };
    // Some clients keep only the piece that is marked as the last one, so a piece of several is never marked.
    return artifactEvent(this.#target, artifact, { append: isPiece, lastChunk: last && !isPiece });
  }
}

function artifactId({ turn }: Target, id: string): string {
  return `artifact-${turn}-${id}`;
}
