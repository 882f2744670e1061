import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Answers that their senders are not known to have received. */
export const UNTOLD_ANSWERS: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`create table untold_answers (
      id varchar(64) primary key,
      at bigint not null,
      task_id varchar(255) not null,
      message_id varchar(255) not null,
      answer_to varchar(16) not null,
      content text not null,
      in_doubt integer not null
    )`.execute(database);
    await sql`create index untold_answers_by_time on untold_answers (at)`.execute(database);
    await sql`create index untold_answers_by_task on untold_answers (task_id)`.execute(database);
  },
};
