import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  compareWritesSortKeys,
  copyCheckpoint,
  getCheckpointId,
  type PendingWrite,
  WRITES_IDX_MAP,
  writesSortKey,
} from '@langchain/langgraph-checkpoint';
import type { StoredContext } from '@molecule/adapters';
import { type CheckpointName, type Serialized, StoredThread, type StoredWrite } from './stored-thread.js';

/**
 * How many checkpoints of a thread are kept. Each contains the whole conversation. Resuming a turn needs only the newest one.
 */
const KEPT = 10;

/**
 * LangGraph's checkpoints in the runtime's engine store, where every machine that shares the store finds them. What a step has written is
 * stored before the next step begins, so a killed process loses at most the step that it was in. A saver belongs to one turn: once
 * another turn of the context has begun, in any process, the store refuses what this one writes.
 */
export class StoreSaver extends BaseCheckpointSaver {
  readonly #storeOf: (threadId: string) => StoredContext;
  readonly #threads = new Map<string, StoredThread>();
  /** Settles when the last write has ended: tools that run at the same time write to one checkpoint. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(storeOf: (threadId: string) => StoredContext) {
    super();
    this.#storeOf = storeOf;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const threadId = config.configurable?.['thread_id'] as string | undefined;
    if (threadId === undefined) return undefined;
    await this.#writing;
    const namespace = namespaceOf(config);
    const id = getCheckpointId(config);
    const names = await this.#thread(threadId).names();
    const name = names.find((each) => each.namespace === namespace && (!id || each.id === id));
    return name && this.#toTuple(threadId, name);
  }

  override async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { thread_id, checkpoint_ns, checkpoint_id } = (config.configurable ?? {}) as Readonly<
      Record<string, string | undefined>
    >;
    if (!thread_id) throw missing('thread_id', 'list checkpoints');
    await this.#writing;
    const before = options.before === undefined ? undefined : getCheckpointId(options.before);
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for (const name of await this.#thread(thread_id).names()) {
      if (checkpoint_ns !== undefined && name.namespace !== checkpoint_ns) continue;
      if ((checkpoint_id && name.id !== checkpoint_id) || (before && name.id >= before)) continue;
      const tuple = await this.#toTuple(thread_id, name);
      if (tuple === undefined || !matches(tuple.metadata, options.filter)) continue;
      if (left <= 0) return;
      left -= 1;
      yield tuple;
    }
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
  ): Promise<RunnableConfig> {
    const threadId = requireConfigurable(config, 'thread_id', 'put a checkpoint');
    const name = { namespace: namespaceOf(config), id: checkpoint.id };
    const stored = {
      parent: getCheckpointId(config) || null,
      checkpoint: await this.#serialize(copyCheckpoint(checkpoint)),
      metadata: await this.#serialize(metadata),
    };
    await this.#inOrder(() => this.#thread(threadId).putCheckpoint(name, stored, KEPT));
    return configOf(threadId, name);
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = '',
  ): Promise<void> {
    const threadId = requireConfigurable(config, 'thread_id', 'put writes');
    const id = requireConfigurable(config, 'checkpoint_id', 'put writes');
    const stored = await Promise.all(
      writes.map(async ([channel, value], index): Promise<StoredWrite> => {
        const position = WRITES_IDX_MAP[channel] ?? index;
        return { task: taskId, path: taskPath, position, channel, value: await this.#serialize(value) };
      }),
    );
    await this.#inOrder(() => this.#thread(threadId).putWrites({ namespace: namespaceOf(config), id }, stored));
  }

  override async deleteThread(threadId: string): Promise<void> {
    await this.#inOrder(() => this.#storeOf(threadId).delete());
    this.#threads.delete(threadId);
  }

  async #toTuple(threadId: string, name: CheckpointName): Promise<CheckpointTuple | undefined> {
    const thread = this.#thread(threadId);
    const stored = await thread.checkpoint(name);
    if (stored === undefined) return undefined;
    const tuple: CheckpointTuple = {
      config: configOf(threadId, name),
      checkpoint: (await this.#parse(stored.checkpoint)) as Checkpoint,
      metadata: (await this.#parse(stored.metadata)) as CheckpointMetadata,
      pendingWrites: await this.#pendingWrites(await thread.writes(name)),
    };
    if (stored.parent !== null) tuple.parentConfig = configOf(threadId, { ...name, id: stored.parent });
    return tuple;
  }

  /** In the order in which a running graph applies them; another order could rebuild another state. */
  #pendingWrites(writes: readonly StoredWrite[]): Promise<CheckpointPendingWrite[]> {
    const sorted = writes.toSorted((left, right) => compareWritesSortKeys(sortKey(left), sortKey(right)));
    return Promise.all(
      sorted.map(
        async ({ task, channel, value }): Promise<CheckpointPendingWrite> => [task, channel, await this.#parse(value)],
      ),
    );
  }

  async #serialize(value: unknown): Promise<Serialized> {
    const [type, bytes] = await this.serde.dumpsTyped(value);
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return type === 'json' ? { type, text: buffer.toString() } : { type, base64: buffer.toString('base64') };
  }

  #parse({ type, text, base64 = '' }: Serialized): Promise<unknown> {
    return this.serde.loadsTyped(type, text ?? new Uint8Array(Buffer.from(base64, 'base64')));
  }

  #thread(threadId: string): StoredThread {
    const thread = this.#threads.get(threadId) ?? new StoredThread(this.#storeOf(threadId));
    this.#threads.set(threadId, thread);
    return thread;
  }

  #inOrder(write: () => Promise<void>): Promise<void> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

function sortKey({ path, task, position }: StoredWrite) {
  return writesSortKey(path, task, position);
}

function namespaceOf(config: RunnableConfig): string {
  return (config.configurable?.['checkpoint_ns'] as string | undefined) ?? '';
}

function configOf(threadId: string, { namespace, id }: CheckpointName): RunnableConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: namespace, checkpoint_id: id } };
}

function requireConfigurable(config: RunnableConfig, key: string, purpose: string): string {
  const value = config.configurable?.[key] as string | undefined;
  if (!value) throw missing(key, purpose);
  return value;
}

function missing(key: string, purpose: string): Error {
  return new Error(`Cannot ${purpose}: "${key}" is missing in the "configurable" of the run's config.`);
}

function matches(metadata: CheckpointMetadata | undefined, filter: Record<string, unknown> | undefined): boolean {
  const values = (metadata ?? {}) as Record<string, unknown>;
  return Object.entries(filter ?? {}).every(
    ([key, wanted]) => wanted === undefined || JSON.stringify(values[key]) === JSON.stringify(wanted),
  );
}
