import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import { type Delegation, OPEN_STATES } from './delegation.js';
import { REPORT, toDelegation } from './delegation-row.js';
import type { TeamSchema } from './schema.js';

/** Which delegations are still to be reported to the platform. */
export class DelegationReports {
  readonly #database: Database<TeamSchema>;

  constructor(database: Database<TeamSchema>) {
    this.#database = database;
  }

  /** The oldest ones that have ended. */
  async next(most: number): Promise<readonly Delegation[]> {
    const rows = await this.#database.read(
      (database) =>
        database
          .selectFrom('delegations')
          .selectAll()
          .where('report', 'is not', null)
          .where('state', 'not in', [...OPEN_STATES])
          .orderBy('created_at')
          .limit(most)
          .execute(),
      CALLER,
    );
    return rows.map(toDelegation);
  }

  /** Records that the report is about to be sent: if the answer is not known afterwards, it is in doubt. */
  sending(id: string): Promise<void> {
    return this.#set(id, REPORT.inDoubt);
  }

  /** Records that the report was not accepted. */
  notSent(id: string): Promise<void> {
    return this.#set(id, REPORT.toSend);
  }

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
