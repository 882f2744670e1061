import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Push configurations and notifications, and the keys with which the workspace signs. */
export const PUSH: Migration = {
  async up(database: Kysely<unknown>) {
    await sql`alter table tasks add column push integer not null default 0`.execute(database);
    await sql`create table push_configs (
      task_id varchar(255) not null,
      id varchar(255) not null,
      owner varchar(255) not null,
      url text not null,
      origin text not null,
      token text,
      scheme text,
      credentials text,
      version varchar(10) not null,
      created_at bigint not null,
      last_seq integer not null,
      sent_seq integer not null,
      done integer not null,
      tries integer not null,
      unreachable integer not null,
      failing_since bigint,
      not_before bigint not null,
      disabled_at bigint,
      last_error text,
      primary key (task_id, id)
    )`.execute(database);
    await sql`create index push_configs_pending on push_configs (not_before)
      where last_seq > sent_seq and disabled_at is null`.execute(database);
    await sql`create index push_configs_by_origin on push_configs (origin)
      where last_seq > sent_seq and disabled_at is null`.execute(database);
    await sql`create index push_configs_open on push_configs (owner)
      where done = 0 and disabled_at is null`.execute(database);
    await sql`create table push_outbox (
      task_id varchar(255) not null,
      seq integer not null,
      event text,
      at bigint not null,
      primary key (task_id, seq)
    )`.execute(database);
    await sql`create table signing_keys (
      id varchar(64) primary key,
      active integer not null,
      created_at bigint not null,
      retired_at bigint,
      public_key text not null,
      private_key text
    )`.execute(database);
    await sql`create unique index signing_keys_active on signing_keys (active) where active = 1`.execute(database);
  },
};
