import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When turns begin that were put away for a time. */
export const TURN_WAKES: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`create table turn_wakes (
      task_id varchar(255) primary key, turn integer not null, at bigint not null
    )`.execute(database);
    await sql`create index turn_wakes_by_time on turn_wakes (at)`.execute(database);
  },
};
