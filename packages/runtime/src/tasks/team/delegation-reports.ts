import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import { type Delegation, OPEN_STATES } from './delegation.js';
import { REPORT, reportOf, toDelegation } from './delegation-row.js';
import type { TeamSchema } from './schema.js';

/** Which delegations are still to be reported to the platform. */
export class DelegationReports {
  readonly #database: Database<TeamSchema>;

  constructor(database: Database<TeamSchema>) {
    this.#database = database;
  }

  /** The oldest ones of which something is to be reported now: their beginning, or what follows their end. */
  async next(most: number): Promise<readonly Delegation[]> {
    const rows = await this.#database.read(
      (database) =>
        database
          .selectFrom('delegations')
          .selectAll()
          .where('report', 'is not', null)
          .where(({ eb, or }) =>
            or([eb('state', 'not in', [...OPEN_STATES]), eb('report', 'in', [REPORT.toSend, REPORT.beginInDoubt])]),
          )
          .orderBy('created_at')
          .limit(most)
          .execute(),
      CALLER,
    );
    return rows.map(toDelegation);
  }

  /** Records what is reported next, and whether it may have been reported already: it is about to be sent. */
  async set(id: string, next: NonNullable<Delegation['report']>, isInDoubt: boolean): Promise<void> {
    await this.#set(id, reportOf(next, isInDoubt) ?? null);
  }

  /** Nothing more is to be reported. */
  sent(id: string): Promise<void> {
    return this.#set(id, null);
  }

  async #set(id: string, report: string | null): Promise<void> {
    await this.#database.write(
      (database) => database.updateTable('delegations').set({ report }).where('id', '=', id).execute(),
      CALLER,
    );
  }
}
