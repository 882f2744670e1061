import type { Database } from '../storage/database.js';
import { DelegationStore } from './delegation-store.js';
import { Marks } from './marks.js';
import { LocalMemories } from './memories.js';
import type { TeamSchema } from './schema.js';

/** What the workspace keeps as a member of a team, besides its tasks. */
export class TeamStore {
  readonly delegations: DelegationStore;
  readonly memories: LocalMemories;
  readonly marks: Marks;

  constructor(database: Database<TeamSchema>) {
    this.delegations = new DelegationStore(database);
    this.memories = new LocalMemories(database);
    this.marks = new Marks(database);
  }
}
