import pg from 'pg';
import { inject } from 'vitest';
import { urlOf } from './postgres-server.js';
import { startShared } from './shared-server.js';

/** A database on the server of the tests. */
export interface FreshDatabase extends AsyncDisposable {
  readonly url: string;
}

/** Creates a database as a copy of a template. At its end all connections to it are ended. */
export async function freshDatabase(template = 'template1'): Promise<FreshDatabase> {
  const { port } = await startShared(inject('postgresDirectory'));
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await runSql(urlOf(port, 'postgres'), `create database ${name} template ${template}`);
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
