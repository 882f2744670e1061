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
import { CheckpointDatabase, type CheckpointQuery } from './database.js';
import type { CheckpointRow, WriteRow } from './schema.js';

export interface SqliteSaverOptions {
  /**
   * How many checkpoints of a thread to keep, the newest ones. Default: all. Each holds the whole conversation, so a
   * long one grows with the square of its length unless this is set; to go on with a turn needs only the newest.
   */
  readonly keep?: number;
}

/**
 * LangGraph's checkpoints on Node's own SQLite: nothing to compile, one file. What a step has written is on the disk
 * before the next step begins, so a killed process loses at most the step that it was in.
 */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #database: CheckpointDatabase;
  readonly #keep: number | undefined;

  /** @param path A file, which is made when it does not exist, or `:memory:`. */
  constructor(path: string, options: SqliteSaverOptions = {}) {
    super();
    this.#database = new CheckpointDatabase(path);
    this.#keep = options.keep;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const threadId = config.configurable?.['thread_id'] as string | undefined;
    if (threadId === undefined) return undefined;
    const namespace = namespaceOf(config);
    const id = getCheckpointId(config);
    const row = id ? this.#database.byId(threadId, namespace, id) : this.#database.latest(threadId, namespace);
    return row && this.#toTuple(row);
  }

  override async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for (const row of this.#database.find(queryOf(config, options))) {
      if (left <= 0) return;
      const tuple = await this.#toTuple(row);
      if (!matches(tuple.metadata, options.filter)) continue;
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
    const namespace = namespaceOf(config);
    const [[type, bytes], [metadataType, metadataBytes]] = await Promise.all([
      this.serde.dumpsTyped(copyCheckpoint(checkpoint)),
      this.serde.dumpsTyped(metadata),
    ]);
    this.#database.putCheckpoint({
      thread_id: threadId,
      namespace,
      id: checkpoint.id,
      parent_id: getCheckpointId(config) || null,
      type,
      checkpoint: bytes,
      metadata_type: metadataType,
      metadata: metadataBytes,
    });
    if (this.#keep !== undefined) this.#database.prune(threadId, namespace, this.#keep);
    return configOf(threadId, namespace, checkpoint.id);
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = '',
  ): Promise<void> {
    const threadId = requireConfigurable(config, 'thread_id', 'put writes');
    const checkpointId = requireConfigurable(config, 'checkpoint_id', 'put writes');
    const rows = await Promise.all(
      writes.map(async ([channel, value], index): Promise<WriteRow> => {
        const [type, bytes] = await this.serde.dumpsTyped(value);
        const position = WRITES_IDX_MAP[channel] ?? index;
        return { task_id: taskId, task_path: taskPath, position, channel, type, value: bytes };
      }),
    );
    this.#database.putWrites(threadId, namespaceOf(config), checkpointId, rows);
  }

  override async deleteThread(threadId: string): Promise<void> {
    this.#database.deleteThread(threadId);
  }

  /** May be called twice. */
  close(): void {
    this.#database.close();
  }

  async #toTuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const { thread_id: threadId, namespace, id, parent_id: parentId } = row;
    const [checkpoint, metadata, pendingWrites] = await Promise.all([
      this.serde.loadsTyped(row.type, row.checkpoint) as Promise<Checkpoint>,
      this.serde.loadsTyped(row.metadata_type, row.metadata) as Promise<CheckpointMetadata>,
      this.#pendingWrites(threadId, namespace, id),
    ]);
    const tuple: CheckpointTuple = { config: configOf(threadId, namespace, id), checkpoint, metadata, pendingWrites };
    if (parentId !== null) tuple.parentConfig = configOf(threadId, namespace, parentId);
    return tuple;
  }

  /** In the order in which a running graph applies them; another order could rebuild another state. */
  async #pendingWrites(threadId: string, namespace: string, id: string): Promise<CheckpointPendingWrite[]> {
    const rows = this.#database.writesOf(threadId, namespace, id);
    rows.sort((left, right) => compareWritesSortKeys(sortKey(left), sortKey(right)));
    return Promise.all(
      rows.map(
        async (row): Promise<CheckpointPendingWrite> => [
          row.task_id,
          row.channel,
          await this.serde.loadsTyped(row.type, row.value),
        ],
      ),
    );
  }
}

function sortKey(row: WriteRow) {
  return writesSortKey(row.task_path, row.task_id, row.position);
}

function namespaceOf(config: RunnableConfig): string {
  return (config.configurable?.['checkpoint_ns'] as string | undefined) ?? '';
}

function configOf(threadId: string, namespace: string, id: string): RunnableConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: namespace, checkpoint_id: id } };
}

function requireConfigurable(config: RunnableConfig, key: string, purpose: string): string {
  const value = config.configurable?.[key] as string | undefined;
  if (!value) throw new Error(`Cannot ${purpose}: "${key}" is missing in the "configurable" of the run's config.`);
  return value;
}

function queryOf(config: RunnableConfig, options: CheckpointListOptions): CheckpointQuery {
  const { thread_id, checkpoint_ns, checkpoint_id } = (config.configurable ?? {}) as Record<string, string | undefined>;
  const before = options.before === undefined ? undefined : getCheckpointId(options.before);
  return {
    ...(thread_id ? { threadId: thread_id } : {}),
    ...(checkpoint_ns === undefined ? {} : { namespace: checkpoint_ns }),
    ...(checkpoint_id ? { id: checkpoint_id } : {}),
    ...(before ? { before } : {}),
  };
}

function matches(metadata: CheckpointMetadata | undefined, filter: Record<string, unknown> | undefined): boolean {
  const values = (metadata ?? {}) as Record<string, unknown>;
  return Object.entries(filter ?? {}).every(
    ([key, wanted]) => wanted === undefined || JSON.stringify(values[key]) === JSON.stringify(wanted),
  );
}
