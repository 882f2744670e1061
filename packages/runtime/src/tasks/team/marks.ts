import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import type { TeamSchema } from './schema.js';

/** Names of actions that are done once for each owner in the life of a workspace, such as sending the initial prompt. */
export class Marks {
  readonly #database: Database<TeamSchema>;

  constructor(database: Database<TeamSchema>) {
    this.#database = database;
  }

  async has(name: string, owner: string): Promise<boolean> {
    const row = await this.#database.read(
      (database) =>
        database
          .selectFrom('marks')
          .select('name')
          .where('owner', '=', owner)
          .where('name', '=', name)
          .executeTakeFirst(),
      CALLER,
    );
    return row !== undefined;
  }

  /** Does nothing if the mark is set already. */
  async set(name: string, owner: string): Promise<void> {
    const row = { owner, name, at: Date.now() };
    await this.#database.write(
      (database) =>
        database
          .insertInto('marks')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      CALLER,
    );
  }
}
