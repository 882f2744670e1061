import type { Logger } from '@molecule/adapters';
import type { ShutdownSteps } from '../support/shutdown-steps.js';
import type { Blobs } from './blobs/blobs.js';
import type { Boots } from './boots.js';
import type { Changes } from './changes.js';
import { Duties } from './duties.js';
import { KeyStore } from './keys/key-store.js';
import { DutyStore } from './log/duty-store.js';
import type { TaskLogSchema } from './log/schema.js';
import { TaskLog } from './log/task-log.js';
import type { Database } from './storage/database.js';
import { SyncedDatabase } from './storage/synced-database.js';
import type { TaskStore } from './task-store.js';
import type { TeamSchema } from './team/schema.js';
import { TeamStore } from './team/team-store.js';

/** The parts that differ between stores; everything else is the same for all. */
export interface StoreParts {
  readonly tasks: Database<TaskLogSchema>;
  readonly team: Database<TeamSchema>;
  readonly blobs: Blobs;
  readonly boots: Boots;
  readonly changes: Changes;
  readonly sharedId?: string;
}

/** @param steps close the parts; they run when the store is disposed of */
export function composeStore(parts: StoreParts, logger: Logger, steps: ShutdownSteps): TaskStore {
  const { tasks, team, blobs, boots, changes, sharedId } = parts;
  const log = new TaskLog(tasks, changes);
  blobs.addReferences((digests) => log.read.namedDigests(digests));
  return {
    sharedId,
    log,
    blobs,
    boots,
    duties: new Duties(new DutyStore(tasks), boots, changes),
    changes,
    keys: new KeyStore(new SyncedDatabase(tasks)),
    team: new TeamStore(new SyncedDatabase(team)),
    [Symbol.asyncDispose]: () => steps.runAll(logger),
  };
}
