import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, it } from 'vitest';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import { PushConfigs } from '../../../src/tasks/log/push/push-configs.js';
import { PushDeliveries } from '../../../src/tasks/log/push/push-deliveries.js';
import type { TaskLogSchema } from '../../../src/tasks/log/schema.js';
import type { Database } from '../../../src/tasks/storage/database.js';
import { logFile, newTask } from '../log/open-log.js';

const CONFIGS = 1_000;
/** How the end of a task is found. */
const END = [
  expect.stringContaining('CORRELATED SCALAR SUBQUERY'),
  'SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 (id=?)',
];

it('what is to be delivered is found by an index, in which a configuration without anything to deliver is not', async () => {
  await using file = await logFile();
  const log = await file.open();
  const url = 'https://example.com/';
  const push = { id: 'c', url, token: undefined, scheme: undefined, credentials: undefined, version: '1.0' } as const;
  for (let number = 0; number < 10; number++) await log.create({ ...newTask(`t${number}`), push });
  using writer = new DatabaseSync(file.file);
  const names = writer.prepare(`select name from pragma_table_info('push_configs') where name <> 'id'`).all();
  const columns = names.map(({ name }) => name).join(', ');
  writer.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${CONFIGS})
    insert into push_configs (id, ${columns}) select 'c-' || i, ${columns} from n, push_configs where task_id = 't0'`);
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const kysely = new Kysely<TaskLogSchema>({
    dialect: new SqliteDialect({ database: new Sqlite(file.file) }),
    log: ({ query }) => void statements.push(query),
  });
  const run = (work: (database: typeof kysely) => Promise<unknown>) => work(kysely);
  const database = { read: run, write: run } as unknown as Database<TaskLogSchema>;
  const deliveries = new PushDeliveries(database);
  expect(await deliveries.pending(10)).toEqual([]);
  await deliveries.resume('https://example.com');
  const configs = new PushConfigs(database, undefined as never, undefined as never);
  await configs.refusal('ann', { taskId: 't1', id: 'other' });
  const used = { ...push, taskId: 't1' };
  writer.exec(`update push_configs set last_seq = 2 where task_id = 't1'`);
  expect(await deliveries.next(used)).toMatchObject({ seq: 2 });
  const failure = { at: 1, tries: 1, reason: '', notBefore: 5, unreachable: true, disable: false };
  await deliveries.failed(used, failure);
  await deliveries.postpone('https://example.com', failure);
  await deliveries.sent(used, 2, false);
  await deliveries.catchUp();
  await kysely.destroy();
  const plans = statements.map(({ sql, parameters }) =>
    writer
      .prepare(`explain query plan ${sql}`)
      .all(...(parameters as string[]))
      .map(({ detail }) => String(detail)),
  );
  const byKey = expect.stringMatching(/^SEARCH push_\w+ USING (COVERING )?INDEX \S+ \(task_id=\?/);
  expect(plans).toEqual([
    ['SCAN push_configs USING INDEX push_configs_pending'],
    ['SEARCH push_configs USING INDEX push_configs_by_origin (origin=?)'],
    [byKey],
    ['SEARCH push_configs USING INDEX push_configs_open (owner=?)'],
    [byKey],
    [byKey],
    [byKey],
    ['SEARCH push_configs USING INDEX push_configs_by_origin (origin=?)'],
    [byKey],
    [byKey, 'CORRELATED SCALAR SUBQUERY 1', byKey],
    ['SCAN push_configs USING INDEX push_configs_unended', ...END, ...END],
  ]);
});
