import type { Kysely } from 'kysely';
import { WAITING_STATES } from '../../events/task-event.js';
import type { Database } from '../../storage/database.js';
import { CALLER } from '../../storage/storage-gate.js';
import type { TaskLogSchema } from '../schema.js';
import type { ListCursor } from '../task-list.js';
import type { UnsyncedTasks } from '../unsynced-tasks.js';
import { type ConversationPage, pageOfConversations } from './conversation-pages.js';
import { type EventPage, type EventRange, eventRange, pageOfEvents } from './event-pages.js';
import { type FoundPage, findTasks } from './found-tasks.js';
import { type OverviewTask, overviewTasks } from './overview-task.js';
import { type RecentTask, recentTasks } from './recent-tasks.js';
import { countTasks, type TaskCounts } from './task-counts.js';
import { type OverviewFilter, pageOfTasks } from './task-pages.js';

/** Tasks of one query. */
const BATCH = 200;

/** Selects a page of tasks. */
export interface OverviewQuery extends OverviewFilter {
  /** Only tasks whose id or context begins with it, or whose title contains it. */
  readonly text?: string | undefined;
  readonly most: number;
  readonly after?: ListCursor | undefined;
}

/** Some tasks, newest status first. */
export interface OverviewPage {
  readonly tasks: readonly OverviewTask[];
  /** Set if there may be more. A page of a search may be short, or empty, although more follow. */
  readonly next?: ListCursor;
}

/** The tasks of an owner, or of all owners, as a person looks through them. */
export class Overview {
  readonly #database: Database<TaskLogSchema>;
  readonly #unsynced: UnsyncedTasks;

  constructor(database: Database<TaskLogSchema>, unsynced: UnsyncedTasks) {
    this.#database = database;
    this.#unsynced = unsynced;
  }

  async page({ text, most, after, ...filter }: OverviewQuery): Promise<OverviewPage> {
    const search = { ...filter, after };
    const { ids, next } = text
      ? await findTasks(this.#read, { ...search, text, most })
      : await this.#list(search, most);
    return { tasks: await this.tasks(ids), ...(next && { next }) };
  }

  /** The tasks of these ids, in this order; those that do not exist are left out. */
  async tasks(ids: readonly string[]): Promise<readonly OverviewTask[]> {
    const found: OverviewTask[] = [];
    for (let at = 0; at < ids.length; at += BATCH) {
      const some = ids.slice(at, at + BATCH);
      found.push(...(await this.#database.snapshot((transaction) => overviewTasks(transaction, some), CALLER)));
    }
    await this.#unsynced.synced(ids, CALLER);
    return found;
  }

  /** Tasks that wait for an answer, those that wait longest first. */
  async waiting(owner: string | undefined, most: number): Promise<OverviewPage['tasks']> {
    const filter = { owner, states: WAITING_STATES };
    const rows = await this.#read((database) => pageOfTasks(database, filter, most, undefined, 'oldest'));
    return this.tasks(rows.map(({ id }) => id));
  }

  /** @param owner undefined: the tasks of all owners */
  counts(owner: string | undefined, endedFrom: number): Promise<TaskCounts> {
    return this.#database.snapshot((database) => countTasks(database, owner, endedFrom), CALLER);
  }

  /** @param owner undefined: the conversations of all owners */
  conversations(owner: string | undefined, most: number, after?: ListCursor): Promise<ConversationPage> {
    return pageOfConversations(this.#read, owner, most, after);
  }

  /** All open tasks, and those that ended since a time. Undefined: there are more than `most`. */
  recent(endedFrom: number, most: number): Promise<readonly RecentTask[] | undefined> {
    return this.#database.snapshot((database) => recentTasks(database, endedFrom, most), CALLER);
  }

  /** Events of a task after a number, as they are stored; or the steps, if its events were deleted. */
  async events(taskId: string, after: number, most: number): Promise<EventPage> {
    const page = await pageOfEvents((work) => this.#database.snapshot(work, CALLER), taskId, after, most);
    await this.#unsynced.synced([taskId], CALLER);
    return page;
  }

  /** Which events of a task are still stored. */
  eventRange(taskId: string): Promise<EventRange> {
    return this.#database.snapshot((database) => eventRange(database, taskId), CALLER);
  }

  async #list(search: OverviewFilter & Pick<OverviewQuery, 'after'>, most: number): Promise<FoundPage> {
    const { after, ...filter } = search;
    const rows = await this.#read((database) => pageOfTasks(database, filter, most + 1, after));
    const found = rows.slice(0, most);
    const last = found.at(-1);
    const next = rows.length > most && last ? { statusAt: last.status_at, taskId: last.id } : undefined;
    return { ids: found.map(({ id }) => id), ...(next && { next }) };
  }

  readonly #read = <Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>): Promise<Value> =>
    this.#database.read(work, CALLER);
}
