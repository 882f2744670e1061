import { sql } from 'kysely';
import type { Database } from '../../storage/database.js';
import { CALLER } from '../../storage/storage-gate.js';
import type { TaskLogSchema } from '../schema.js';

/** Deletes the notifications of a task that no configuration of it waits for. */
export async function prune(database: Database<TaskLogSchema>, taskId: string): Promise<void> {
  await database.write(
    (kysely) =>
      sql`delete from push_outbox where task_id = ${taskId} and not exists (
        select 1 from push_configs where push_configs.task_id = push_outbox.task_id
          and push_configs.sent_seq < push_outbox.seq and push_configs.disabled_at is null
      )`.execute(kysely),
    CALLER,
  );
}
