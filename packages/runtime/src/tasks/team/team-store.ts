import type { Database } from '../storage/database.js';
import { DelegationReports } from './delegation-reports.js';
import { DelegationStore } from './delegation-store.js';
import { Marks } from './marks.js';
import { LocalMemories } from './memories.js';
import { PlatformRecords } from './platform-records.js';
import type { TeamSchema } from './schema.js';

/** What the workspace keeps as a member of a team, besides its tasks. */
export class TeamStore {
  readonly delegations: DelegationStore;
  readonly delegationReports: DelegationReports;
  readonly memories: LocalMemories;
  readonly marks: Marks;
  readonly platform: PlatformRecords;

  constructor(database: Database<TeamSchema>) {
    this.delegations = new DelegationStore(database);
    this.delegationReports = new DelegationReports(database);
    this.memories = new LocalMemories(database);
    this.marks = new Marks(database);
    this.platform = new PlatformRecords(database);
  }
}
