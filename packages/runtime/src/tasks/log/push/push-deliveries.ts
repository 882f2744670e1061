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
  readonly tries: number;
  /** Milliseconds since 1970 of the first failure since the last success. */
  readonly failingSince: number | undefined;
  /** Milliseconds since 1970 before which nothing is delivered. */
  readonly notBefore: number;
}

/** One notification. */
export interface PushRow {
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
  /** True: the receiver was not reached, so its other notifications wait, too. */
  readonly unreachable: boolean;
  /** True: it is not tried again. */
  readonly disable: boolean;
}

/** Literally the condition of the partial index, so that SQLite uses it. */
const IS_PENDING = sql<boolean>`last_seq > sent_seq and disabled_at is null`;

/** What the process needs that delivers. */
export class PushDeliveries {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /** Configurations with notifications to deliver, those first that are due first; without those of some origins. */
  async pending(most: number, except: readonly string[] = []): Promise<readonly PendingPush[]> {
    const rows = await this.#database.read((database) => {
      const query = database.selectFrom('push_configs').selectAll().where(IS_PENDING);
      const some = except.length === 0 ? query : query.where('origin', 'not in', [...except]);
      return some.orderBy('not_before').limit(most).execute();
    }, CALLER);
    return rows.map(toPending);
  }

  /** The next notification for a configuration; undefined: all were delivered, or it was deleted. */
  next({ taskId, id }: PushKey): Promise<PushRow | undefined> {
    return this.#database.read(async (database) => {
      const config = await database
        .selectFrom('push_configs')
        .select(['last_seq', 'sent_seq'])
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
      return row ? { seq: row.seq, event: row.event ?? undefined } : { seq: config.last_seq, event: undefined };
    }, CALLER);
  }

  /** Records that a notification was accepted. @param isEnd it had the ended task */
  async sent({ taskId, id }: PushKey, seq: number, isEnd: boolean): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .updateTable('push_configs')
          .set({ sent_seq: seq, done: isEnd ? 1 : 0, ...NOTHING_FAILED })
          .where('task_id', '=', taskId)
          .where('id', '=', id)
          .where('sent_seq', '<', seq)
          .execute(),
      CALLER,
    );
    await prune(this.#database, taskId);
  }

  async failed({ taskId, id }: PushKey, failure: PushFailure): Promise<void> {
    const { at, tries, reason, notBefore, unreachable, disable } = failure;
    await this.#database.write(
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
          .where('task_id', '=', taskId)
          .where('id', '=', id)
          .execute(),
      CALLER,
    );
    if (disable) await prune(this.#database, taskId);
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

function toPending(row: Selectable<PushConfigsTable>): PendingPush {
  return {
    ...toPushConfig(row),
    taskId: row.task_id,
    origin: row.origin,
    tries: row.tries,
    failingSince: row.failing_since ?? undefined,
    notBefore: row.not_before,
  };
}
