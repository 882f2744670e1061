import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Turns that are to be reported to the platform. */
export const TURN_REPORTS: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`create table turn_reports (
      id varchar(64) primary key,
      at bigint not null,
      task_id varchar(255) not null,
      turn integer not null,
      ended text,
      in_doubt integer not null
    )`.execute(database);
    await sql`create index turn_reports_by_time on turn_reports (at)`.execute(database);
  },
};
