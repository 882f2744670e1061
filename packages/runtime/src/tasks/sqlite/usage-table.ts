import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What each turn has used; and, for lists of all owners, the ended tasks of each state in the order of their end. */
export const USAGE: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`create table turn_usage (
      task_id varchar(255) not null,
      turn integer not null,
      owner varchar(255) not null,
      at bigint not null,
      model varchar(255) not null,
      input_tokens bigint not null,
      output_tokens bigint not null,
      cached_input_tokens bigint not null,
      reasoning_tokens bigint not null,
      cost_usd real,
      primary key (task_id, turn)
    )`.execute(database);
    await sql`create index turn_usage_by_time on turn_usage (at)`.execute(database);
    await sql`create index turn_usage_by_owner on turn_usage (owner, at)`.execute(database);
    await sql`create index tasks_ended_by_state on tasks (state, status_at, id) where terminal = 1`.execute(database);
  },
};
