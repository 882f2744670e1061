import { sql } from 'kysely';
import type { Changes } from '../../changes.js';
import type { Database } from '../../storage/database.js';
import { CALLER } from '../../storage/storage-gate.js';
import { type CommitQueue, taskConcern } from '../commit-queue.js';
import type { TaskLogSchema } from '../schema.js';
import { insertPushConfig } from './insert-config.js';
import { prune } from './prune.js';
import { type PushConfig, type PushKey, toPushConfig } from './push-config.js';

/** The largest number of configurations of a task. */
export const MOST_OF_TASK = 10;
/** The largest number of an owner's configurations for which there may be notifications, now or later. */
export const MOST_OF_OWNER = 10_000;

/** Which bound another configuration would exceed. */
export type PushRefusal = 'task' | 'owner';

/** The configurations of callers. Each call concerns the tasks of one owner only. */
export class PushConfigs {
  readonly #database: Database<TaskLogSchema>;
  readonly #commits: CommitQueue;
  readonly #changes: Changes;

  constructor(database: Database<TaskLogSchema>, commits: CommitQueue, changes: Changes) {
    this.#database = database;
    this.#commits = commits;
    this.#changes = changes;
  }

  /** Which bound a configuration would exceed; undefined: there is room for it. */
  async refusal(owner: string, { taskId, id }: PushKey): Promise<PushRefusal | undefined> {
    const found = await this.#database.read(
      (database) =>
        database
          .selectFrom('push_configs')
          .select('id')
          .where('task_id', '=', taskId)
          .where('owner', '=', owner)
          .limit(MOST_OF_TASK + 1)
          .execute(),
      CALLER,
    );
    if (found.some((row) => row.id === id)) return undefined;
    if (found.length >= MOST_OF_TASK) return 'task';
    const { count } = await this.#database.read(
      (database) =>
        database
          .selectFrom('push_configs')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('owner', '=', owner)
          // Literally the condition of the partial index, so that SQLite uses it.
          .where(sql<boolean>`done = 0 and disabled_at is null`)
          .executeTakeFirstOrThrow(),
      CALLER,
    );
    return Number(count) >= MOST_OF_OWNER ? 'owner' : undefined;
  }

  /**
   * Stores a configuration for a task; one of the same id is replaced. If the task has ended, the whole task is sent at once.
   *
   * @returns false if the owner has no such task
   */
  async put(owner: string, taskId: string, config: PushConfig): Promise<boolean> {
    const stored = await this.#commits.run(
      async (shared) => {
        const { kysely } = shared;
        const task = await kysely
          .updateTable('tasks')
          .set({ push: 1 })
          .where('id', '=', taskId)
          .where('owner', '=', owner)
          .returning(['seq', 'terminal'])
          .executeTakeFirst();
        if (!task) return undefined;
        await insertPushConfig(shared, { taskId, owner, seq: task.seq }, config);
        if (task.terminal === 0) return 'later';
        const end = { task_id: taskId, seq: task.seq + 1, event: null, at: Date.now() };
        await kysely
          .insertInto('push_outbox')
          .values(end)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        await kysely
          .updateTable('push_configs')
          // The end is delivered again if it was before: the caller has asked for it, perhaps for another place.
          .set({
            last_seq: end.seq,
            sent_seq: sql<number>`case when sent_seq > ${task.seq} then ${task.seq} else sent_seq end`,
            done: 0,
          })
          .where('task_id', '=', taskId)
          .where('id', '=', config.id === '' ? taskId : config.id)
          .execute();
        return 'now';
      },
      CALLER,
      [taskConcern(taskId)],
    );
    if (stored === 'now') this.#changes.publish(taskId, 'push');
    return stored !== undefined;
  }

  /** A configuration; without an id, the first one of the task. */
  async get(owner: string, taskId: string, id?: string): Promise<PushConfig | undefined> {
    const configs = await this.list(owner, taskId);
    return id === undefined ? configs[0] : configs.find((config) => config.id === id);
  }

  /** The configurations of a task, the oldest first. */
  async list(owner: string, taskId: string): Promise<readonly PushConfig[]> {
    const rows = await this.#database.read(
      (database) =>
        database
          .selectFrom('push_configs')
          .selectAll()
          .where('task_id', '=', taskId)
          .where('owner', '=', owner)
          .orderBy('created_at')
          .orderBy('id')
          .execute(),
      CALLER,
    );
    return rows.map(toPushConfig);
  }

  /** Deletes a configuration, if there is one. Nothing more is sent for it. */
  async remove(owner: string, { taskId, id }: PushKey): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .deleteFrom('push_configs')
          .where('task_id', '=', taskId)
          .where('id', '=', id)
          .where('owner', '=', owner)
          .execute(),
      CALLER,
    );
    await prune(this.#database, taskId);
  }
}
