import { until } from '@molecule/runtime/testing';
import pg from 'pg';

const BLOCKED_MS = 30_000;

/** What the database holds of tasks, read beside the replicas. */
export class StoredTasks implements AsyncDisposable {
  readonly #url: string;
  readonly #client: pg.Client;

  private constructor(url: string) {
    this.#url = url;
    this.#client = new pg.Client({ connectionString: url });
  }

  static async open(url: string): Promise<StoredTasks> {
    const stored = new StoredTasks(url);
    await stored.#client.connect();
    return stored;
  }

  /** Everything of a task that a turn writes, row by row. */
  async contentOf(taskId: string): Promise<readonly string[]> {
    const { rows } = await this.#client.query<{ readonly kind: string }>(
      `select kind, task_contents.seq, content, state, tasks.seq as last, result, fence, turn, attempt
       from tasks join task_contents on id = task_id where task_id = $1`,
      [taskId],
    );
    return rows.map((row) => JSON.stringify(row));
  }

  /** True once a process has claimed a turn of the task. */
  async isClaimed(taskId: string): Promise<boolean> {
    const { rows } = await this.#client.query('select 1 from tasks where id = $1 and attempt > 0', [taskId]);
    return rows.length > 0;
  }

  /** Delays every write of a task until it is released. */
  async lock(taskId: string): Promise<TaskLock> {
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    await client.query('begin');
    const { rows } = await client.query('select pg_backend_pid() as pid from tasks where id = $1 for update', [taskId]);
    const { pid } = rows[0] as { readonly pid: number };
    const isBlocking = async () => {
      const waiting = await this.#client.query(
        'select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid))',
        [pid],
      );
      return waiting.rows.length > 0;
    };
    return {
      blocking: async () => void (await until('a write of the task to wait', isBlocking, BLOCKED_MS)),
      release: () => client.end(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}

export interface TaskLock {
  /** Resolves when a write waits for the lock. */
  blocking(): Promise<void>;
  release(): Promise<void>;
}

/** What became of the rows of a task that has ended. Some are deleted minutes later, because its chunks say the same. */
export function changesOf(before: readonly string[], now: readonly string[]): readonly string[] {
  const isGone = (row: string) => !now.includes(row) && !/^\{"kind":"(?:event|checkpoint)"/.test(row);
  const added = now.filter((row) => !before.includes(row)).map((row) => `written: ${row.slice(0, 300)}`);
  return [...added, ...before.filter(isGone).map((row) => `lost: ${row.slice(0, 300)}`)];
}
