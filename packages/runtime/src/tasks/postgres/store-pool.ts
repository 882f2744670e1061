import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg, { type ClientConfig } from 'pg';
import { StoreClient } from './store-client.js';
import { withTrouble } from './trouble-of.js';

const BIGINT = 20;
/** An idle connection is closed after this time. */
const IDLE_MS = 30_000;

/** Connections to the database of a store, for kysely. */
export interface StorePool<Schema> {
  readonly kysely: Kysely<Schema>;
  close(): Promise<void>;
}

/** @param most connections */
export function openPool<Schema>(config: ClientConfig, most: number): StorePool<Schema> {
  const pool = new pg.Pool({ ...config, max: most, idleTimeoutMillis: IDLE_MS, types: { getTypeParser } });
  // An idle connection broke. The next statement takes another one, and reports it if there is none.
  pool.on('error', () => {});
  const dialect = new PostgresDialect({
    pool: {
      async connect() {
        try {
          return new StoreClient(await pool.connect()) as unknown as PostgresPoolClient;
        } catch (error) {
          // After the end of the store, no waiting helps.
          throw pool.ending ? error : withTrouble(error);
        }
      },
      end: () => pool.end(),
      options: {},
    },
  });
  const kysely = new Kysely<Schema>({ dialect });
  return { kysely, close: () => kysely.destroy() };
}

/** Times and sizes are of type `bigint`, and stay far below the largest whole number of JavaScript. */
function getTypeParser(type: number, format?: 'text' | 'binary'): unknown {
  return type === BIGINT && format !== 'binary' ? Number : pg.types.getTypeParser(type, format);
}
