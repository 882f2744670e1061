import type { Database } from '../storage/database.js';
import type { Patience } from '../storage/storage-gate.js';
import type { TaskLogSchema } from './schema.js';

/**
 * The tasks whose acceptance or end may not survive a power cut yet, because it has not been synced. It may be reported
 * only after {@link synced}, whether by an answer, a feed or a read.
 */
export class UnsyncedTasks {
  readonly #database: Database<TaskLogSchema>;
  /** How many of a task's writes are under way, or committed and not synced. */
  readonly #writes = new Map<string, number>();
  /** The tasks of writes that were committed since the last sync began. */
  #committed: string[] = [];

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /**
   * Marks the task, then runs `write`, which commits such a change.
   *
   * @param hasWritten false for the result of a write that was refused, and so has changed nothing
   */
  async marked<Value>(
    taskId: string,
    write: () => Promise<Value>,
    hasWritten: (value: Value) => boolean,
  ): Promise<Value> {
    if (!this.#database.syncs) return write();
    this.#writes.set(taskId, (this.#writes.get(taskId) ?? 0) + 1);
    let isCommitted = false;
    try {
      const value = await write();
      isCommitted = hasWritten(value);
      return value;
    } finally {
      if (isCommitted) this.#committed.push(taskId);
      else this.#unmark(taskId);
    }
  }

  /**
   * Resolves when what the caller has read or written of these tasks survives a power cut.
   *
   * @throws {StorageError} when the patience ends before the trouble
   */
  async synced(taskIds: readonly string[], patience: Patience): Promise<void> {
    if (!taskIds.some((taskId) => this.#writes.has(taskId))) return;
    // Many callers share a sync. The first of them takes what was committed before it, and the others what came since.
    const covered = this.#committed;
    this.#committed = [];
    try {
      await this.#database.synced(patience);
    } catch (error) {
      this.#committed = [...covered, ...this.#committed];
      throw error;
    }
    for (const taskId of covered) this.#unmark(taskId);
  }

  #unmark(taskId: string): void {
    const left = (this.#writes.get(taskId) ?? 0) - 1;
    if (left > 0) this.#writes.set(taskId, left);
    else this.#writes.delete(taskId);
  }
}
