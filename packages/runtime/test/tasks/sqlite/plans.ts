import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import type { TaskLogSchema } from '../../../src/tasks/log/schema.js';
import { addTask, logFile } from '../log/open-log.js';

/** How SQLite finds the rows of the statements that `list` sends: the steps of each statement. */
export async function plansOf(list: (kysely: Kysely<TaskLogSchema>) => Promise<unknown>): Promise<readonly string[][]> {
  await using file = await logFile();
  const log = await file.open();
  for (let index = 0; index < 3; index++) await addTask(log, `t-${index}`, 'c-1');
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const kysely = new Kysely<TaskLogSchema>({
    dialect: new SqliteDialect({ database: new Sqlite(file.file) }),
    log: ({ query: run }) => void statements.push(run),
  });
  await list(kysely);
  await kysely.destroy();
  using reader = new DatabaseSync(file.file);
  return statements.map(({ sql, parameters }) => {
    const plan = reader.prepare(`explain query plan ${sql}`).all(...(parameters as string[]));
    return plan.map(({ detail }) => String(detail));
  });
}
