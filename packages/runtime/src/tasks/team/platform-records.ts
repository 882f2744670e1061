import type { Database } from '../storage/database.js';
import { CALLER, ONCE } from '../storage/storage-gate.js';
import type { TeamSchema } from './schema.js';

/** What all processes of a workspace know of the platform. */
export interface SharedFacts {
  /** The workspace's token. */
  readonly token?: string;
  /** `yes` while the platform does not answer the process that speaks for the workspace. */
  readonly away?: string;
  /** The secret in the address that the platform has. */
  readonly entry?: string;
  /** Which messages were fetched from the platform, as JSON. */
  readonly polled?: string;
  /** A month and what its turns have cost in US dollars. */
  readonly spend?: string;
}

/** What one process has at hand, as JSON. */
export interface WorkOfBoot {
  readonly boot: string;
  readonly work: string;
}

/** What the processes of a workspace share about the platform, so that each can speak for all. */
export class PlatformRecords {
  readonly #database: Database<TeamSchema>;

  constructor(database: Database<TeamSchema>) {
    this.#database = database;
  }

  async facts(): Promise<SharedFacts> {
    const rows = await this.#database.read(
      (database) => database.selectFrom('platform_facts').selectAll().execute(),
      ONCE,
    );
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  async set(name: keyof SharedFacts, value: string): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .insertInto('platform_facts')
          .values({ name, value })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
          .execute(),
      CALLER,
    );
  }

  /** Sets a fact unless it is set. @returns the fact as all processes have it */
  async once(name: keyof SharedFacts, value: string): Promise<string> {
    await this.#database.write(
      (database) =>
        database
          .insertInto('platform_facts')
          .values({ name, value })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute(),
      CALLER,
    );
    return (await this.facts())[name] ?? value;
  }

  /** Changes a fact, one process after the other. */
  async change(name: keyof SharedFacts, next: (before: string | undefined) => string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await this.#database.lock(transaction, [`platform fact ${name}`]);
      const row = await transaction
        .selectFrom('platform_facts')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirst();
      const value = next(row?.value);
      await transaction
        .insertInto('platform_facts')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    }, ONCE);
  }

  async setWork(boot: string, work: string): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .insertInto('boot_work')
          .values({ boot, work })
          .onConflict((conflict) => conflict.column('boot').doUpdateSet({ work }))
          .execute(),
      ONCE,
    );
  }

  /** The work of all boots, also of those that are not alive any more. */
  work(): Promise<readonly WorkOfBoot[]> {
    return this.#database.read((database) => database.selectFrom('boot_work').selectAll().execute(), ONCE);
  }

  async removeWork(boots: readonly string[]): Promise<void> {
    if (boots.length === 0) return;
    await this.#database.write(
      (database) =>
        database
          .deleteFrom('boot_work')
          .where('boot', 'in', [...boots])
          .execute(),
      ONCE,
    );
  }
}
