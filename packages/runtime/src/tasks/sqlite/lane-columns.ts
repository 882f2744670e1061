import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The order of acceptance and the engaged boot of each task, with one index for all that is open in a conversation. */
export const LANES: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`alter table tasks add column accepted bigint not null default 0`.execute(database);
    await sql`alter table tasks add column engaged varchar(255)`.execute(database);
    await sql`update tasks set accepted = status_at * 1000 where terminal = 0`.execute(database);
    await sql`drop index tasks_unfinished`.execute(database);
    await sql`drop index tasks_waiting`.execute(database);
    await sql`create index tasks_open on tasks (owner, context_id) where terminal = 0 or engaged is not null`.execute(
      database,
    );
  },
};

/** An index of what recovery looks for twice a second. */
export const RUNNING_TURNS: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`create index tasks_running on tasks (status_at) where state in ('TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING')`.execute(
      database,
    );
  },
};
