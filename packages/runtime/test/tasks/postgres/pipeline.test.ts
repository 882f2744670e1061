import pg from 'pg';
import { expect, it } from 'vitest';
import { StoreClient } from '../../../src/tasks/postgres/store-client.js';
import { freshDatabase, queryRows, runSql } from '../../support/postgres/fresh-database.js';

interface Place extends AsyncDisposable {
  readonly url: string;
  readonly pool: pg.Pool;
  connect(): Promise<StoreClient>;
}

/** A database with the table `numbers`. */
async function place(): Promise<Place> {
  const database = await freshDatabase();
  await runSql(database.url, 'create table numbers (n integer primary key)');
  const pool = new pg.Pool({ connectionString: database.url });
  // Connections of the pool that are not used are ended by the server when the database is dropped.
  pool.on('error', () => {});
  return {
    url: database.url,
    pool,
    connect: async () => new StoreClient(await pool.connect()),
    async [Symbol.asyncDispose]() {
      await pool.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

const insert = (client: StoreClient, n: number) => client.query('insert into numbers values ($1) returning n', [n]);
const numbers = async ({ url }: Place) =>
  (await queryRows(url, 'select n from numbers order by n')).map((row) => (row as { readonly n: number }).n);

it('statements that are sent together each get their own result', async () => {
  await using there = await place();
  const client = await there.connect();
  client.begin('begin');
  const results = await Promise.all([
    insert(client, 1),
    client.query('select n, $1::text as text from numbers', ["it's 1"]),
    client.query('delete from numbers where n > 5', []),
    client.query('select generate_series(1, 3000) as n', []),
  ]);
  await client.commit();
  client.release();
  const [one, two, none, many] = results.map(({ rows }) => rows as readonly unknown[]);
  expect([one, two, none, many?.length]).toEqual([[{ n: 1 }], [{ n: 1, text: "it's 1" }], [], 3000]);
  expect(await numbers(there)).toEqual([1]);
});

it('nothing runs outside of its transaction: neither after a beginning with an error, nor after the end', async () => {
  await using there = await place();
  const client = await there.connect();
  client.begin('begin nonsense');
  const sent = await Promise.allSettled([insert(client, 1), insert(client, 2)]);
  expect(sent).toMatchObject([{ reason: { code: '42601' } }, { reason: { code: '42601' } }]);
  await expect(client.commit()).rejects.toMatchObject({ code: '42601' });
  await client.rollback();
  await expect(insert(client, 3)).rejects.toThrow('A statement comes after the end of its transaction');
  client.release();
  expect(await numbers(there)).toEqual([]);
});

it('a commit has the error of a statement without a wait of its own, and the connection can be used again', async () => {
  await using there = await place();
  const client = await there.connect();
  client.begin('begin');
  await insert(client, 1);
  const unawaited = [insert(client, 1), insert(client, 2)];
  for (const each of unawaited) each.catch(() => {});
  await expect(client.commit()).rejects.toMatchObject({ code: '23505' });
  await client.rollback();
  client.begin('begin');
  await insert(client, 4);
  await client.commit();
  client.release();
  expect(await numbers(there)).toEqual([4]);
});

it('an error that a caller has caught is the error of the commit, because the server does not commit', async () => {
  await using there = await place();
  const client = await there.connect();
  client.begin('begin');
  await insert(client, 1);
  await insert(client, 1).catch(() => {});
  await expect(client.commit()).rejects.toMatchObject({ code: '23505' });
  await client.rollback();
  client.release();
  const again = await there.connect();
  again.begin('begin');
  await insert(again, 1);
  await again.commit();
  again.release();
  expect([await numbers(there), there.pool.totalCount]).toEqual([[1], 1]);
});
