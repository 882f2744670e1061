import { sql } from 'kysely';
import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import type { TeamSchema } from './schema.js';

/**
 * Names of actions that are done once for each owner in the life of a workspace, such as sending the initial prompt; and numbers that
 * change whenever a process does something.
 */
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

  /** The number of a mark that was set by {@link next}; 0 if it was not set. */
  async numberOf(name: string, owner: string): Promise<number> {
    const row = await this.#database.read(
      (database) =>
        database
          .selectFrom('marks')
          .select('at')
          .where('owner', '=', owner)
          .where('name', '=', name)
          .executeTakeFirst(),
      CALLER,
    );
    return row?.at ?? 0;
  }

  /** Gives a mark a larger number than it had, and returns it. */
  async next(name: string, owner: string): Promise<number> {
    const { at } = await this.#database.write(
      (database) =>
        database
          .insertInto('marks')
          .values({ owner, name, at: Date.now() })
          .onConflict((conflict) =>
            conflict.columns(['owner', 'name']).doUpdateSet({
              at: sql<number>`case when marks.at < excluded.at then excluded.at else marks.at + 1 end`,
            }),
          )
          .returning('at')
          .executeTakeFirstOrThrow(),
      CALLER,
    );
    return at;
  }
}
