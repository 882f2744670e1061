import { createHash } from 'node:crypto';
import type { JsonValue, StoredContext, TurnStore } from '@molecule/adapters';
import { readText, writeText } from './stored-text.js';

/** A value as LangGraph's serializer writes it: text, or bytes in base64. */
export interface Serialized {
  readonly type: string;
  readonly text?: string;
  readonly base64?: string;
}

/** Names a checkpoint of a thread. */
export interface CheckpointName {
  readonly namespace: string;
  /** Ids sort by time. */
  readonly id: string;
}

export interface StoredCheckpoint {
  readonly parent: string | null;
  readonly checkpoint: Serialized;
  readonly metadata: Serialized;
}

/** What a task of an unfinished step has written. */
export interface StoredWrite {
  readonly task: string;
  readonly path: string;
  readonly position: number;
  readonly channel: string;
  readonly value: Serialized;
}

/** The names of all checkpoints, oldest first. */
const INDEX = 'checkpoints';

/** The checkpoints of one thread in the engine store, and nothing of LangGraph. */
export class StoredThread {
  readonly #store: StoredContext;
  #names: readonly CheckpointName[] | undefined;

  /** @param store is read and, by the methods that change something, written */
  constructor(store: StoredContext) {
    this.#store = store;
  }

  /** The newest first. */
  async names(): Promise<readonly CheckpointName[]> {
    this.#names ??= ((await this.#store.get(INDEX)) ?? []) as unknown as readonly CheckpointName[];
    return this.#names.toReversed();
  }

  async checkpoint(name: CheckpointName): Promise<StoredCheckpoint | undefined> {
    const text = await readText(this.#store, keyOf('checkpoint', name));
    return text === undefined ? undefined : (JSON.parse(text) as StoredCheckpoint);
  }

  async writes(name: CheckpointName): Promise<readonly StoredWrite[]> {
    const text = await readText(this.#store, keyOf('writes', name));
    return text === undefined ? [] : (JSON.parse(text) as readonly StoredWrite[]);
  }

  /** @param keep the number of newest checkpoints of each namespace that stay */
  async putCheckpoint(name: CheckpointName, checkpoint: StoredCheckpoint, keep: number): Promise<void> {
    const store = this.#writable();
    await writeText(store, keyOf('checkpoint', name), JSON.stringify(checkpoint));
    const others = (await this.names()).filter((other) => !isSame(other, name));
    const all = [...others, name].sort((a, b) => (a.id < b.id ? -1 : 1));
    const old = all.filter(({ namespace }) => namespace === name.namespace).slice(0, -keep);
    const kept = all.filter((each) => !old.includes(each));
    await store.put(INDEX, kept as unknown as JsonValue);
    this.#names = kept;
    for (const each of old) {
      for (const kind of ['checkpoint', 'writes'] as const) await store.delete(keyOf(kind, each));
    }
  }

  async putWrites(name: CheckpointName, writes: readonly StoredWrite[]): Promise<void> {
    const merged = new Map((await this.writes(name)).map((write) => [placeOf(write), write]));
    for (const write of writes) merged.set(placeOf(write), write);
    await writeText(this.#writable(), keyOf('writes', name), JSON.stringify([...merged.values()]));
  }

  #writable(): TurnStore {
    if (!('put' in this.#store)) throw new Error('Checkpoints are written in turns only.');
    return this.#store as TurnStore;
  }
}

function isSame(a: CheckpointName, b: CheckpointName): boolean {
  return a.namespace === b.namespace && a.id === b.id;
}

function placeOf({ task, position }: StoredWrite): string {
  return `${task} ${position}`;
}

/** Namespaces of nested graphs may be longer than a key. */
function keyOf(kind: 'checkpoint' | 'writes', { namespace, id }: CheckpointName): string {
  return `${kind} ${createHash('sha256').update(namespace).digest('hex').slice(0, 16)} ${id}`;
}
