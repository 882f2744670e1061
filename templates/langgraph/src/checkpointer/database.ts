import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type CheckpointRow, SCHEMA, type WriteRow } from './schema.js';

/** Which checkpoints are wanted; what is left out does not restrict. */
export interface CheckpointQuery {
  readonly threadId?: string;
  readonly namespace?: string;
  readonly id?: string;
  /** Only checkpoints older than this id. Ids sort by time. */
  readonly before?: string;
}

/** The two tables of checkpoints, and nothing of LangGraph. */
export class CheckpointDatabase {
  readonly #database: DatabaseSync;
  readonly #latest: StatementSync;
  readonly #byId: StatementSync;
  readonly #writes: StatementSync;
  readonly #putCheckpoint: StatementSync;
  readonly #putWrite: StatementSync;
  readonly #nthNewest: StatementSync;
  readonly #pruneCheckpoints: StatementSync;
  readonly #pruneWrites: StatementSync;

  /** @param path A file, which is made when it does not exist, or `:memory:`. */
  constructor(path: string) {
    const database = new DatabaseSync(path);
    // FULL: a step that has been paid for survives a power cut too. A step takes a model call; the fsync is not felt.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
    database.exec(SCHEMA);
    this.#database = database;
    this.#latest = database.prepare(
      'SELECT * FROM checkpoints WHERE thread_id = ? AND namespace = ? ORDER BY id DESC LIMIT 1',
    );
    this.#byId = database.prepare('SELECT * FROM checkpoints WHERE thread_id = ? AND namespace = ? AND id = ?');
    this.#writes = database.prepare('SELECT * FROM writes WHERE thread_id = ? AND namespace = ? AND checkpoint_id = ?');
    this.#putCheckpoint = database.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#putWrite = database.prepare('INSERT OR REPLACE INTO writes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#nthNewest = database.prepare(
      'SELECT id FROM checkpoints WHERE thread_id = ? AND namespace = ? ORDER BY id DESC LIMIT 1 OFFSET ?',
    );
    this.#pruneCheckpoints = database.prepare(
      'DELETE FROM checkpoints WHERE thread_id = ? AND namespace = ? AND id < ?',
    );
    this.#pruneWrites = database.prepare(
      'DELETE FROM writes WHERE thread_id = ? AND namespace = ? AND checkpoint_id < ?',
    );
  }

  latest(threadId: string, namespace: string): CheckpointRow | undefined {
    return this.#latest.get(threadId, namespace) as CheckpointRow | undefined;
  }

  byId(threadId: string, namespace: string, id: string): CheckpointRow | undefined {
    return this.#byId.get(threadId, namespace, id) as CheckpointRow | undefined;
  }

  /** The newest first. */
  find(query: CheckpointQuery): CheckpointRow[] {
    const conditions: string[] = [];
    const values: SQLInputValue[] = [];
    const restrict = (condition: string, value: string | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    restrict('thread_id = ?', query.threadId);
    restrict('namespace = ?', query.namespace);
    restrict('id = ?', query.id);
    restrict('id < ?', query.before);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const statement = this.#database.prepare(`SELECT * FROM checkpoints ${where} ORDER BY id DESC`);
    return statement.all(...values) as unknown as CheckpointRow[];
  }

  writesOf(threadId: string, namespace: string, checkpointId: string): WriteRow[] {
    return this.#writes.all(threadId, namespace, checkpointId) as unknown as WriteRow[];
  }

  putCheckpoint(row: CheckpointRow): void {
    const { thread_id, namespace, id, parent_id, type, checkpoint, metadata_type, metadata } = row;
    this.#putCheckpoint.run(thread_id, namespace, id, parent_id, type, checkpoint, metadata_type, metadata);
  }

  putWrites(threadId: string, namespace: string, checkpointId: string, rows: readonly WriteRow[]): void {
    this.#transaction(() => {
      for (const { task_id, task_path, position, channel, type, value } of rows) {
        this.#putWrite.run(threadId, namespace, checkpointId, task_id, task_path, position, channel, type, value);
      }
    });
  }

  deleteThread(threadId: string): void {
    this.#transaction(() => {
      this.#database.prepare('DELETE FROM checkpoints WHERE thread_id = ?').run(threadId);
      this.#database.prepare('DELETE FROM writes WHERE thread_id = ?').run(threadId);
    });
  }

  /** Deletes all but the newest `keep` checkpoints of a thread, and what was written on them. */
  prune(threadId: string, namespace: string, keep: number): void {
    const oldest = this.#nthNewest.get(threadId, namespace, keep - 1) as { readonly id: string } | undefined;
    if (oldest === undefined) return;
    this.#transaction(() => {
      this.#pruneCheckpoints.run(threadId, namespace, oldest.id);
      this.#pruneWrites.run(threadId, namespace, oldest.id);
    });
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}
