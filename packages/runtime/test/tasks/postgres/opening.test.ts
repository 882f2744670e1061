import { silentLogger } from '@molecule/adapters';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';
import { connect } from '../../../src/tasks/postgres/connect.js';
import { migrate } from '../../../src/tasks/postgres/migrate.js';
import { cuttingProxy } from '../../support/postgres/cutting-proxy.js';
import { runSql } from '../../support/postgres/fresh-database.js';
import { emptyPostgresPlace } from '../../support/postgres/postgres-place.js';
import { addTask } from '../log/open-log.js';
import { minorAfter, ownMinor } from '../releases/recorded-release.js';

it('of many processes that open a new database at once, one makes the tables and the others wait', async () => {
  await using place = await emptyPostgresPlace();
  const stores = await Promise.all(Array.from({ length: 6 }, () => place.open()));
  await addTask((stores[0] as (typeof stores)[number]).log, 'a');
  for (const { log } of stores) expect(await log.read.get('a')).toBeDefined();
  expect(new Set(stores.map(({ boots }) => boots.id)).size).toBe(6);
});

it('a migration may take as long as it needs', async () => {
  await using place = await emptyPostgresPlace();
  let limit: unknown;
  const look = async (database: Kysely<unknown>) => {
    limit = (
      await sql<{ readonly limit: string }>`select current_setting('statement_timeout') as limit`.execute(database)
    ).rows;
  };
  const config = await connect(place.settings);
  expect(await migrate(config, 'a database', { '001-look': look })).toEqual(['001-look']);
  expect(limit).toEqual([{ limit: '0' }]);
});

it('a database of a newer version is refused, and nothing in it is changed', async () => {
  await using place = await emptyPostgresPlace();
  const store = await place.open();
  await addTask(store.log, 'a');
  await runSql(place.url, "insert into molecule_migrations values ('999-later', now())");
  await expect(place.open()).rejects.toMatchObject({
    code: 'TASK_LOG_TOO_NEW',
    message: expect.stringContaining('999-later'),
  });
  expect(await store.log.read.get('a')).toBeDefined();
});

it('a database of the next minor version is opened, and one of the minor version after that is not', async () => {
  await using place = await emptyPostgresPlace();
  const store = await place.open();
  await addTask(store.log, 'a');
  const migrate = async (by: number) => {
    const name = `999-later@${minorAfter(ownMinor(), by)}`;
    await runSql(place.url, `insert into molecule_migrations values ('${name}', now())`);
    return name;
  };
  await migrate(1);
  expect(await (await place.open()).log.read.get('a')).toBeDefined();
  const message = expect.stringContaining(await migrate(2));
  await expect(place.open()).rejects.toMatchObject({ code: 'TASK_LOG_TOO_NEW', message });
});

it.each([
  ['a wrong password', { password: 'wrong-and-never-printed' }],
  ['a database that does not exist', { database: 'no-such-database' }],
])('with %s, the error names the database, what to do, and no password', async (_what, changed) => {
  await using place = await emptyPostgresPlace();
  const database = { ...place.settings, ...changed };
  const opening = openTaskStore({ taskStore: 'postgres', database, stateDir: '/nowhere', logger: silentLogger });
  const error = await opening.then(
    () => undefined,
    (reason: unknown) => reason as Error & { readonly code: string },
  );
  expect(error?.code).toBe('TASK_LOG_OPEN_FAILED');
  expect(error?.message).toContain(`${database.database} at 127.0.0.1:${database.port}`);
  expect(error?.message).toContain('DATABASE_URL');
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const all = JSON.stringify({ ...cause }) + cause.message + cause.stack;
    expect(all).not.toContain(`${place.settings.password}`);
    expect(all).not.toContain('never-printed');
  }
});

it('a process that starts before its database waits for it', async () => {
  await using place = await emptyPostgresPlace();
  await using proxy = await cuttingProxy(place.settings.port);
  proxy.cutAll();
  const opening = place.open({ port: proxy.port });
  await expect(Promise.race([opening, Promise.resolve('waits')])).resolves.toBe('waits');
  proxy.mend();
  expect((await opening).log.trouble).toBeUndefined();
});
