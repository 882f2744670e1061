import { Kysely, PostgresDialect, type PostgresPoolClient, type Transaction } from 'kysely';
import pg, { type ClientConfig } from 'pg';
import { within } from '../../support/wait.js';
import type { Send } from '../storage/database.js';
import { StoreClient } from './store-client.js';
import { withTrouble } from './trouble-of.js';

const BIGINT = 20;
/** An idle connection is closed after this time. */
const IDLE_MS = 30_000;
/** How long connections may take to end by a goodbye, and statements to end before it. Then they are closed. */
const END_MS = 2_000;

/** Connections to the database of a store. */
export interface StorePool<Schema> {
  /** Runs each statement on a connection that is free. */
  readonly kysely: Kysely<Schema>;
  /**
   * Runs statements on one connection, between `begin` and its commit. They are sent as soon as they are asked for; the transactions of kysely
   * would send each after the answer of the one before.
   */
  transact<Value>(
    begin: 'begin' | typeof SNAPSHOT,
    work: (transaction: Transaction<Schema>, send: Send) => Promise<Value>,
  ): Promise<Value>;
  /** Closes all present connections at once: statements that wait on them fail, and the next ones take new connections. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** Begins a transaction that only reads, and sees one moment. */
export const SNAPSHOT = 'start transaction isolation level repeatable read read only';

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
  const connect = async () => {
    try {
      return new StoreClient(await pool.connect());
    } catch (error) {
      // After the end of the store, no waiting helps.
      throw pool.ending ? error : withTrouble(error);
    }
  };
  const kysely = kyselyOf<Schema>(connect);
  return {
    kysely,
    async transact(begin, work) {
      const client = await connect();
      try {
        client.begin(begin);
        const pinned = { query: client.query.bind(client), release() {} };
        const transaction = kyselyOf<Schema>(async () => pinned) as Transaction<Schema>;
        const value = await work(transaction, async (text, parameters) => (await client.query(text, parameters)).rows);
        await client.commit();
        return value;
      } catch (error) {
        await client.rollback();
        throw error;
      } finally {
        client.release();
      }
    },
    dropConnections,
    async close() {
      const closed = kysely.destroy().then(() => pool.end());
      await within(closed, END_MS, dropConnections);
      await closed;
    },
  };
}

function kyselyOf<Schema>(connect: () => Promise<Pick<StoreClient, 'query' | 'release'>>): Kysely<Schema> {
  const pool = { connect: connect as unknown as () => Promise<PostgresPoolClient>, async end() {}, options: {} };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/** Times and sizes are of type `bigint`, and stay far below the largest whole number of JavaScript. */
function getTypeParser(type: number, format?: 'text' | 'binary'): unknown {
  return type === BIGINT && format !== 'binary' ? Number : pg.types.getTypeParser(type, format);
}
