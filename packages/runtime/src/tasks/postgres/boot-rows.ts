import type { Logger } from '@molecule/adapters';
import { sql } from 'kysely';
import type { Boots } from '../boots.js';
import type { Database } from '../storage/database.js';
import { StorageError } from '../storage/storage-error.js';
import { ONCE } from '../storage/storage-gate.js';

export interface BootsSchema {
  boots: {
    id: string;
    lease_until: Date;
  };
}

/** The boots of a database, for a command that is none of them. */
export function observedBoots(database: Database<BootsSchema>, logger: Logger): Boots {
  return {
    id: crypto.randomUUID(),
    isAlive: (id) => isLeaseValid(database, id, logger),
    count: async () => (await leasedBoots(database)).size,
    async release() {},
  };
}

/** True also if the database cannot be asked: a living process must not lose its turns. */
export async function isLeaseValid(database: Database<BootsSchema>, id: string, logger: Logger): Promise<boolean> {
  try {
    const { rows } = await database.read(
      (kysely) => sql`select id from boots where id = ${id} and lease_until > clock_timestamp()`.execute(kysely),
      ONCE,
    );
    return rows.length > 0;
  } catch (error) {
    if (!StorageError.is(error)) throw error;
    logger.debug('the lease of a process could not be read', { error });
    return true;
  }
}

/** All boots that are alive, with the end of their lease as a text. */
export async function leasedBoots(database: Database<BootsSchema>): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.read(
    (kysely) =>
      sql<{ readonly id: string; readonly until: string }>`
        select id, lease_until::text as until from boots where lease_until > clock_timestamp()`.execute(kysely),
    ONCE,
  );
  return new Map(rows.map(({ id, until }) => [id, until]));
}
