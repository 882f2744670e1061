import type { Logger } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import { type Clock, repeat } from '../../support/clock.js';
import { type AwaitedChange, type ChangeKind, type Changes, LocalChanges } from '../changes.js';
import type { TaskLogSchema } from '../log/schema.js';
import type { Database } from '../storage/database.js';
import { ONCE } from '../storage/storage-gate.js';

/** How often the newest events of all followed tasks are looked up, with one query. */
const LOOK_MS = 200;

type Seen = NonNullable<AwaitedChange['seen']>;

/**
 * Changes of this process, and new events of others: all tasks that have followers are looked up together. All other changes are found at
 * the safety interval.
 */
export class PolledChanges implements Changes {
  readonly #local = new LocalChanges();
  readonly #database: Database<TaskLogSchema>;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #followed = new Map<string, Set<Seen>>();
  #stop: (() => void) | undefined;

  constructor(database: Database<TaskLogSchema>, clock: Clock, logger: Logger) {
    this.#database = database;
    this.#clock = clock;
    this.#logger = logger;
  }

  publish(taskId: string, kind: ChangeKind): void {
    this.#local.publish(taskId, kind);
  }

  subscribe(kind: ChangeKind, listener: (taskId: string) => void): void {
    this.#local.subscribe(kind, listener);
  }

  async wait(change: AwaitedChange, signal: AbortSignal): Promise<void> {
    const { taskId, seen } = change;
    const leave = taskId !== undefined && seen ? this.#follow(taskId, seen) : () => {};
    await this.#local.wait(change, signal);
    leave();
  }

  /** Ends all waits of this process. */
  wakeAll(): void {
    this.#local.wakeAll();
  }

  #follow(taskId: string, seen: Seen): () => void {
    const others = this.#followed.get(taskId) ?? new Set();
    this.#followed.set(taskId, others.add(seen));
    this.#stop ??= repeat(this.#clock, LOOK_MS, () => this.#look());
    return () => {
      others.delete(seen);
      if (others.size === 0 && this.#followed.get(taskId) === others) this.#followed.delete(taskId);
      if (this.#followed.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  async #look(): Promise<void> {
    const ids = [...this.#followed.keys()];
    if (ids.length === 0) return;
    const newest = (kysely: Kysely<TaskLogSchema>) =>
      kysely.selectFrom('tasks').select(['id', 'seq']).where('id', 'in', ids).execute();
    try {
      for (const { id, seq } of await this.#database.read(newest, ONCE)) {
        const isNew = [...(this.#followed.get(id) ?? [])].some((seen) => seen() < seq);
        if (isNew) this.#local.publish(id, 'events');
      }
    } catch (error) {
      this.#logger.debug('new events of other processes could not be looked up', { error });
    }
  }
}
