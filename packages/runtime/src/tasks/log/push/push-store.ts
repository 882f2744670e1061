import type { Changes } from '../../changes.js';
import type { Database } from '../../storage/database.js';
import type { CommitQueue } from '../commit-queue.js';
import type { TaskLogSchema } from '../schema.js';
import { PushConfigs } from './push-configs.js';
import { PushDeliveries } from './push-deliveries.js';
import { listPushConfigs, type PushFilter, type PushSummary } from './push-view.js';

/** Push configurations, their notifications, and what of these was delivered. */
export class PushStore {
  /** For callers. */
  readonly configs: PushConfigs;
  /** For the process that delivers. */
  readonly deliveries: PushDeliveries;
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>, commits: CommitQueue, changes: Changes) {
    this.configs = new PushConfigs(database, commits, changes);
    this.deliveries = new PushDeliveries(database);
    this.#database = database;
  }

  /** For the operator, who sees the configurations of all owners: the newest first. */
  list(filter: PushFilter, most: number): Promise<readonly PushSummary[]> {
    return listPushConfigs(this.#database, filter, most);
  }
}
