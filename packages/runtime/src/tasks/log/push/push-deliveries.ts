import { type Selectable, sql } from 'kysely';
import type { Database } from '../../storage/database.js';
import { CALLER } from '../../storage/storage-gate.js';
import type { PushConfigsTable } from '../push-schema.js';
import type { TaskLogSchema } from '../schema.js';
import { prune } from './prune.js';
import { NOTHING_FAILED, type PushConfig, type PushKey, toPushConfig } from './push-config.js';

/** A configuration with notifications to deliver. */
export interface PendingPush extends PushConfig, PushKey {
  readonly origin: string;
  readonly owner: string;
  readonly tries: number;
  /** Milliseconds since 1970 of the first failure since the last success. */
  readonly failingSince: number | undefined;
  /** Milliseconds since 1970 before which nothing is delivered. */
  readonly notBefore: number;
}

/** One notification, and where it goes. */
export interface PushRow {
  /** The configuration as it is now: it may have been replaced since it was found pending. */
  readonly config: PendingPush;
  readonly seq: number;
  /** An A2A StreamResponse as JSON; undefined: the whole task. */
  readonly event: string | undefined;
}

/** A delivery that failed. */
export interface PushFailure {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Failures since the last success, this one included. */
  readonly tries: number;
  readonly reason: string;
  /** When it is tried again. */
  readonly notBefore: number;
  /** True: no connection was made, so whatever else goes to the receiver waits, too. */
  readonly unreachable: boolean;
  /** True: it is not tried again. */
  readonly disable: boolean;
}

/** Whose configurations are left out. */
export interface Left {
  readonly origins?: readonly string[];
  readonly owners?: readonly string[];
}

/** A configuration with which a notification was sent. */
type UsedConfig = PushConfig & PushKey;

/** Literally the conditions of the partial indexes, so that SQLite uses them. */
const IS_PENDING = sql<boolean>`last_seq > sent_seq and disabled_at is null`;
const IS_OPEN = sql<boolean>`done = 0 and disabled_at is null`;

/** The number of the whole task, which follows the last event of a task that has ended. */
const END_SEQ = sql<number>`(select tasks.seq + 1 from tasks where tasks.id = push_configs.task_id and tasks.terminal = 1)`;

/** What the process needs that delivers. */
export class PushDeliveries {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /** Configurations with notifications to deliver, those first that are due first. */
  async pending(most: number, { origins = [], owners = [] }: Left = {}): Promise<readonly PendingPush[]> {
    const rows = await this.#database.read((database) => {
      let query = database.selectFrom('push_configs').selectAll().where(IS_PENDING);
      if (origins.length > 0) query = query.where('origin', 'not in', [...origins]);
      if (owners.length > 0) query = query.where('owner', 'not in', [...owners]);
      return query.orderBy('not_before').limit(most).execute();
    }, CALLER);
    return rows.map(toPending);
  }

  /**
   * Finds ends of tasks that a process without push notifications has written, which runs beside this one during an update: the whole
   * task is to be delivered then.
   */
  async catchUp(): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .updateTable('push_configs')
          .set({ last_seq: END_SEQ })
          .where(IS_OPEN)
          .where('last_seq', '<', END_SEQ)
          .execute(),
      CALLER,
    );
  }

  /** The next notification for a configuration; undefined: all were delivered, or it was deleted. */
  next({ taskId, id }: PushKey): Promise<PushRow | undefined> {
    return this.#database.read(async (database) => {
      const config = await database
        .selectFrom('push_configs')
        .selectAll()
        .where('task_id', '=', taskId)
        .where('id', '=', id)
        .where(IS_PENDING)
        .executeTakeFirst();
      if (!config) return undefined;
      const row = await database
        .selectFrom('push_outbox')
        .select(['seq', 'event'])
        .where('task_id', '=', taskId)
        .where('seq', '>', config.sent_seq)
        .where('seq', '<=', config.last_seq)
        .orderBy('seq')
        .limit(1)
        .executeTakeFirst();
      // The whole task takes the place of a notification that was deleted.
      const { seq, event } = row ?? { seq: config.last_seq, event: null };
      return { config: toPending(config), seq, event: event ?? undefined };
    }, CALLER);
  }

  /**
   * Records that a notification was accepted. Nothing is recorded if the configuration has been replaced meanwhile.
   *
   * @param used the configuration with which it was sent
   * @param isEnd it had the ended task
   */
  async sent(used: UsedConfig, seq: number, isEnd: boolean): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .updateTable('push_configs')
          .set({ sent_seq: seq, done: isEnd ? 1 : 0, ...NOTHING_FAILED })
          .where(isStill(used))
          .where('sent_seq', '<', seq)
          .execute(),
      CALLER,
    );
    await prune(this.#database, used.taskId);
  }

  /**
   * Records a failure, unless the configuration has been replaced meanwhile.
   *
   * @param used the configuration with which it was sent
   * @returns false if it has been replaced or deleted
   */
  async failed(used: UsedConfig, failure: PushFailure): Promise<boolean> {
    const { at, tries, reason, notBefore, unreachable, disable } = failure;
    const { numUpdatedRows } = await this.#database.write(
      (database) =>
        database
          .updateTable('push_configs')
          .set((expression) => ({
            tries,
            unreachable: unreachable ? 1 : 0,
            failing_since: expression.fn.coalesce('failing_since', sql<number>`${at}`),
            not_before: notBefore,
            last_error: reason,
            ...(disable && { disabled_at: at }),
          }))
          .where(isStill(used))
          .executeTakeFirst(),
      CALLER,
    );
    if (disable) await prune(this.#database, used.taskId);
    return numUpdatedRows > 0n;
  }

  /** Whatever is due at a receiver that was not reached waits until a time, as if it had failed there. */
  async postpone(origin: string, { at, tries, reason, notBefore }: PushFailure): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .updateTable('push_configs')
          .set((expression) => ({
            tries: sql<number>`case when tries < ${tries} then ${tries} else tries end`,
            unreachable: 1,
            failing_since: expression.fn.coalesce('failing_since', sql<number>`${at}`),
            not_before: notBefore,
            last_error: reason,
          }))
          .where(IS_PENDING)
          .where('origin', '=', origin)
          .where('not_before', '<', notBefore)
          .execute(),
      CALLER,
    );
  }

  /** What waits for a receiver that is reached again is due now. */
  async resume(origin: string): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .updateTable('push_configs')
          .set({ unreachable: 0, not_before: 0 })
          .where(IS_PENDING)
          .where('origin', '=', origin)
          .where('unreachable', '=', 1)
          .execute(),
      CALLER,
    );
  }
}

/** The row of a configuration, if it says what it said when it was used. */
function isStill({ taskId, id, url, token, scheme, credentials, version }: UsedConfig) {
  return sql<boolean>`task_id = ${taskId} and id = ${id} and url = ${url} and version = ${version}
    and token is not distinct from ${token ?? null} and scheme is not distinct from ${scheme ?? null}
    and credentials is not distinct from ${credentials ?? null}`;
}

function toPending(row: Selectable<PushConfigsTable>): PendingPush {
  return {
    ...toPushConfig(row),
    taskId: row.task_id,
    origin: row.origin,
    owner: row.owner,
    tries: row.tries,
    failingSince: row.failing_since ?? undefined,
    notBefore: row.not_before,
  };
}
