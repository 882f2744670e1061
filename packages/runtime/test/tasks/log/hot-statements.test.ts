import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { expect, it } from 'vitest';
import type { TaskLogSchema } from '../../../src/tasks/log/schema.js';
import { TaskReader } from '../../../src/tasks/log/task-reader.js';
import { UnsyncedTasks } from '../../../src/tasks/log/unsynced-tasks.js';
import type { Database } from '../../../src/tasks/storage/database.js';
import { CALLER } from '../../../src/tasks/storage/storage-gate.js';
import { logFile } from './open-log.js';

/** Collects the statements that a reader sends to a PostgreSQL database, which has no rows. */
function postgresReader(sent: string[]): TaskReader {
  const kysely = new Kysely<TaskLogSchema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => void sent.push(query.sql),
  });
  const database = { syncs: false, read: (work) => work(kysely) } as Partial<
    Database<TaskLogSchema>
  > as Database<TaskLogSchema>;
  return new TaskReader(database, new UnsyncedTasks(database), CALLER);
}

it('the statements of one store are not used for a store of another dialect in the same process', async () => {
  const message = { owner: 'ann', contextKey: '', messageId: 'm', digest: '' };
  await using file = await logFile();
  await (await file.open()).read.findMessage(message);
  const sent: string[] = [];
  await postgresReader(sent).findMessage(message);
  expect(sent).toEqual([expect.stringContaining('"message_id" = $3')]);
});
