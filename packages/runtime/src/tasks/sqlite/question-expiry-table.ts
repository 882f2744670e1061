import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When requests expire that tasks wait for. */
export const QUESTION_EXPIRIES: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`create table question_expiries (task_id varchar(255) primary key, at bigint not null)`.execute(database);
    await sql`create index question_expiries_by_time on question_expiries (at)`.execute(database);
  },
};
