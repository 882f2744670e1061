import { isDeepStrictEqual } from 'node:util';
import type { Part, Task } from '@a2a-js/sdk';
import { artifactEvent, type EventTarget } from '../../tasks/events/a2a-events.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';

/** Parts of one kind that a turn adds to its answer, each an artifact of its own, numbered from 1. */
export class SingleParts {
  readonly #target: EventTarget;
  readonly #prefix: string;
  readonly #isSame: (left: Part, right: Part) => boolean;
  readonly #made: (Part | undefined)[];

  /**
   * @param earlier the task with the parts of earlier attempts
   * @param isSame true if the second part adds nothing to the first
   */
  constructor(
    target: EventTarget & { readonly turn: number },
    kind: 'file' | 'data',
    earlier: Task | undefined,
    isSame: (left: Part, right: Part) => boolean,
  ) {
    this.#target = target;
    this.#prefix = `${kind}-${target.turn}-`;
    this.#isSame = isSame;
    const artifacts = earlier?.artifacts.filter(({ artifactId }) => artifactId.startsWith(this.#prefix)) ?? [];
    this.#made = artifacts.map(({ parts: [first] }) => first);
  }

  get isEmpty(): boolean {
    return this.#made.length === 0;
  }

  /** Undefined if the task holds the part already: a repeated attempt makes the same part again. */
  add(part: Part, name: string): TaskEvent | undefined {
    if (this.#made.some((made) => made && this.#isSame(made, part))) return undefined;
    this.#made.push(part);
    const artifact = { id: `${this.#prefix}${this.#made.length}`, name, parts: [part] };
    return artifactEvent(this.#target, artifact, { append: false, lastChunk: true });
  }
}

/** True if two file parts have the same name, type and content. */
export function isSameFile(left: Part, right: Part): boolean {
  if (left.filename !== right.filename || left.mediaType !== right.mediaType) return false;
  const [one, other] = [left.content, right.content];
  if (one?.$case === 'raw' && other?.$case === 'raw') return Buffer.compare(one.value, other.value) === 0;
  return one?.$case === 'url' && other?.$case === 'url' && one.value === other.value;
}

/** True if two data parts have the same type, schema and content. */
export function isSameData(left: Part, right: Part): boolean {
  if (left.mediaType !== right.mediaType || !isDeepStrictEqual(left.metadata, right.metadata)) return false;
  const [one, other] = [left.content, right.content];
  return one?.$case === 'data' && other?.$case === 'data' && isDeepStrictEqual(one.value, other.value);
}
