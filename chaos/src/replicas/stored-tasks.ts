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

  /** Everything of a task that a turn writes. */
  async contentOf(taskId: string): Promise<string> {
    const { rows } = await this.#client.query(
      `select task_contents.*, state, result, fence, turn, attempt from task_contents join tasks on id = task_id
       where task_id = $1 order by kind, task_contents.seq`,
      [taskId],
    );
    return JSON.stringify(rows);
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
