import type { Blobs } from './blobs/blobs.js';
import type { Boots } from './boots.js';
import type { Changes } from './changes.js';
import type { Duties } from './duties.js';
import type { KeyStore } from './keys/key-store.js';
import type { TaskLog } from './log/task-log.js';
import type { TeamStore } from './team/team-store.js';

/**
 * The store of a workspace's tasks, files, boots, changes and team records. `test/tasks/task-store-contract.ts` has the rules that every
 * store must keep.
 */
export interface TaskStore extends AsyncDisposable {
  /** The id of a store that processes with several state directories use; undefined: it belongs to one state directory. */
  readonly sharedId: string | undefined;
  readonly log: TaskLog;
  /** The bytes of the files that tasks name. */
  readonly blobs: Blobs;
  readonly boots: Boots;
  /** What one living boot does for all. */
  readonly duties: Duties;
  readonly changes: Changes;
  /** The keys with which the workspace signs. */
  readonly keys: KeyStore;
  readonly team: TeamStore;
}
