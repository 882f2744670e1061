import pg from 'pg';
import { inject } from 'vitest';
import { urlOf } from './postgres-server.js';
import { startShared } from './shared-server.js';

/** An empty database on the server of the tests. */
export interface FreshDatabase extends AsyncDisposable {
  readonly url: string;
}

/** Creates a database. At its end all connections to it are ended. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { port } = await startShared(inject('postgresDirectory'));
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await runSql(urlOf(port, 'postgres'), `create database ${name}`);
  return {
    url: urlOf(port, name),
    [Symbol.asyncDispose]: () => runSql(urlOf(port, 'postgres'), `drop database ${name} with (force)`),
  };
}

/** Runs a statement on a connection of its own. */
export async function runSql(url: string, statement: string): Promise<void> {
  await queryRows(url, statement);
}

export async function queryRows(url: string, query: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}
