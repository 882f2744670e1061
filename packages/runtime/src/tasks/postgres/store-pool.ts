import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg, { type ClientConfig } from 'pg';
import { within } from '../../support/wait.js';
import { StoreClient } from './store-client.js';
import { withTrouble } from './trouble-of.js';

const BIGINT = 20;
/** An idle connection is closed after this time. */
const IDLE_MS = 30_000;
/** How long connections may take to end by a goodbye, and statements to end before it. Then they are closed. */
const END_MS = 2_000;

/** Connections to the database of a store, for kysely. */
export interface StorePool<Schema> {
  readonly kysely: Kysely<Schema>;
  /** Closes all present connections at once: statements that wait on them fail, and the next ones take new connections. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** @param most connections */
export function openPool<Schema>(config: ClientConfig, most: number): StorePool<Schema> {
  const pool = new pg.Pool({ ...config, max: most, idleTimeoutMillis: IDLE_MS, types: { getTypeParser } });
  // An idle connection broke. The next statement takes another one, and reports it if there is none.
  pool.on('error', () => {});
  const clients = new Set<pg.Client>();
  pool.on('connect', (client) => clients.add(client as pg.Client));
  pool.on('remove', (client) => clients.delete(client as pg.Client));
  const dropConnections = () => {
    for (const { connection } of clients) connection.stream.destroy();
  };
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
  return {
    kysely,
    dropConnections,
    async close() {
      const closed = kysely.destroy();
      await within(closed, END_MS, dropConnections);
      await closed;
    },
  };
}

/** Times and sizes are of type `bigint`, and stay far below the largest whole number of JavaScript. */
function getTypeParser(type: number, format?: 'text' | 'binary'): unknown {
  return type === BIGINT && format !== 'binary' ? Number : pg.types.getTypeParser(type, format);
}
