import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery, Kysely, SqliteDialect, type Transaction } from 'kysely';
import { expect, it } from 'vitest';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import { HotStatements } from '../../../src/tasks/log/hot-statements.js';
import { readLane } from '../../../src/tasks/log/lane.js';
import { LogTransaction } from '../../../src/tasks/log/log-transaction.js';
import type { TaskLogSchema } from '../../../src/tasks/log/schema.js';
import { endedButEngaged, unfinishedClaims, waitingTasks } from '../../../src/tasks/log/unfinished-tasks.js';
import { VALUE_ROWS } from '../../../src/tasks/sqlite/value-rows.js';
import type { Send } from '../../../src/tasks/storage/database.js';
import { addTask, claim, completed, logFile } from '../log/open-log.js';

const ENDED = 10_000;

it('a turn is accepted, claimed and recovered by an index of open tasks, however many have ended in its conversation', async () => {
  await using file = await logFile();
  const log = await file.open();
  const first = await addTask(log, 'ended', 'c-1');
  await (await claim(log, first))?.finish([completed(first)], { result: { kind: 'completed', finalText: '' } });
  using writer = new DatabaseSync(file.file);
  const columns = writer.prepare(`select name from pragma_table_info('tasks') where name <> 'id'`).all();
  const names = columns.map(({ name }) => name).join(', ');
  writer.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ENDED})
    insert into tasks (id, ${names}) select 'ended-' || i, ${names} from n, tasks where id = 'ended'`);
  await addTask(log, 'open', 'c-1');
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const kysely = new Kysely<TaskLogSchema>({
    dialect: new SqliteDialect({ database: new Sqlite(file.file) }),
    log: ({ query }) => void statements.push(query),
  });
  const send: Send = async (sql, parameters) =>
    (await kysely.executeQuery(CompiledQuery.raw(sql, [...parameters]))).rows;
  const parts = { statements: new HotStatements(), shared: { writes: 16, rows: VALUE_ROWS, commitChecks: false } };
  const transaction = new LogTransaction(kysely as Transaction<TaskLogSchema>, send, parts);
  expect((await readLane(transaction, first)).map(({ id }) => id)).toEqual(['open']);
  expect(await waitingTasks(kysely, new HotStatements(), first)).toEqual([]);
  expect(await endedButEngaged(kysely)).toEqual([]);
  expect((await unfinishedClaims(kysely)).map(({ taskId }) => taskId)).toEqual(['open']);
  await kysely.destroy();
  const plans = statements.map(({ sql, parameters }) => {
    const steps = writer.prepare(`explain query plan ${sql}`).all(...(parameters as string[]));
    return steps.map(({ detail }) => String(detail));
  });
  expect(plans).toEqual([
    ['SEARCH tasks USING INDEX tasks_open (owner=? AND context_id=?)'],
    ['SEARCH tasks USING INDEX tasks_open (owner=? AND context_id=?)'],
    ['SCAN tasks USING INDEX tasks_open'],
    // Without those that wait for an answer, of which there may be many, and those that are put away for a time.
    [
      'SCAN tasks USING INDEX tasks_running',
      'CORRELATED SCALAR SUBQUERY 1',
      'SEARCH turn_wakes USING COVERING INDEX sqlite_autoindex_turn_wakes_1 (task_id=?)',
    ],
  ]);
});
