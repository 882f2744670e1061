import type { Changes } from '../changes.js';
import type { Database } from '../storage/database.js';
import type { AbandonedWorkStore } from './abandoned-work.js';
import type { CommitQueue } from './commit-queue.js';
import type { DeltaWindow } from './delta-window.js';
import type { EngineRecords } from './engine-store/engine-records.js';
import type { TaskLogSchema } from './schema.js';
import type { TaskFeed } from './task-feed.js';
import type { TurnReports } from './turn-reports.js';
import type { UnsyncedTasks } from './unsynced-tasks.js';
import type { Backlog } from './write-queue.js';

/** What the parts of a task log share. */
export interface LogParts {
  readonly database: Database<TaskLogSchema>;
  /** For all writes that come with an event. */
  readonly commits: CommitQueue;
  readonly window: DeltaWindow;
  readonly unsynced: UnsyncedTasks;
  readonly changes: Changes;
  readonly feed: TaskFeed;
  readonly backlog: Backlog;
  readonly abandonedWork: AbandonedWorkStore;
  readonly engineRecords: EngineRecords;
  readonly turnReports: TurnReports;
}
