import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { type TeamSchema, UNOWNED } from '../team/schema.js';
import { TeamDatabaseError } from '../team/team-database-error.js';
import type { DatabaseKind, OpenFailure } from './database-kind.js';

const CODES: Readonly<Record<OpenFailure, TeamDatabaseError['code']>> = {
  open: 'TEAM_DATABASE_OPEN_FAILED',
  migration: 'TEAM_DATABASE_OPEN_FAILED',
  'too-new': 'TEAM_DATABASE_TOO_NEW',
};

/**
 * Version 0.1.0 records no migrations: it creates its tables if they are missing, and refuses a file whose `user_version` is
 * above 1. It must not use a file whose rows have owners, because it would show them to everyone.
 */
const USER_VERSION = sql.lit(2);

const MIGRATIONS: Record<string, Migration> = {
  // `if not exists`: the tables of a file of version 0.1.0 are the same.
  '001-team': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('delegations')
        .ifNotExists()
        .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('parent_task', 'varchar(255)', (column) => column.notNull())
        .addColumn('peer_id', 'varchar(255)', (column) => column.notNull())
        .addColumn('peer_name', 'text', (column) => column.notNull())
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('digest', 'varchar(64)', (column) => column.notNull())
        .addColumn('ordinal', 'integer', (column) => column.notNull())
        .addColumn('mode', 'varchar(10)', (column) => column.notNull())
        .addColumn('state', 'varchar(20)', (column) => column.notNull())
        .addColumn('remote_task', 'varchar(255)')
        .addColumn('answer', 'text')
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('reported', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addUniqueConstraint('delegations_once', ['parent_task', 'peer_id', 'digest', 'ordinal'])
        .execute();
      await database.schema
        .createTable('delegation_files')
        .ifNotExists()
        .addColumn('delegation_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('ordinal', 'integer', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('media_type', 'varchar(255)', (column) => column.notNull())
        .addColumn('content', 'blob', (column) => column.notNull())
        .addPrimaryKeyConstraint('delegation_files_key', ['delegation_id', 'ordinal'])
        .execute();
      await database.schema
        .createTable('memories')
        .ifNotExists()
        .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('scope', 'varchar(10)', (column) => column.notNull())
        .addColumn('namespace', 'varchar(255)', (column) => column.notNull())
        .addColumn('content', 'text', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('marks')
        .ifNotExists()
        .addColumn('name', 'varchar(255)', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
  '002-owners': {
    async up(database: Kysely<unknown>) {
      for (const table of ['delegations', 'memories']) {
        await database.schema
          .alterTable(table)
          .addColumn('owner', 'varchar(255)', (column) => column.notNull().defaultTo(UNOWNED))
          .execute();
      }
      await database.schema.createIndex('memories_of_owner').on('memories').columns(['owner', 'created_at']).execute();
      await database.schema
        .createTable('owner_marks')
        .addColumn('owner', 'varchar(255)', (column) => column.notNull())
        .addColumn('name', 'varchar(255)', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('owner_marks_key', ['owner', 'name'])
        .execute();
      await sql`insert into owner_marks (owner, name, at) select ${UNOWNED}, name, at from marks`.execute(database);
      await database.schema.dropTable('marks').execute();
      await database.schema.alterTable('owner_marks').renameTo('marks').execute();
      await sql`pragma user_version = ${USER_VERSION}`.execute(database);
    },
  },
  '003-replicas@0.2': {
    async up(database: Kysely<unknown>) {
      await sql`alter table delegations add column follower varchar(255)`.execute(database);
      await sql`alter table delegations add column report varchar(20)`.execute(database);
      await sql`create index delegations_unsettled on delegations (created_at)
        where state in ('pending', 'sent') or mode = 'later' and reported = 0 and state <> 'canceled'`.execute(
        database,
      );
      await sql`create index delegations_to_report on delegations (created_at) where report is not null`.execute(
        database,
      );
      await sql`create table platform_facts (name varchar(40) primary key, value text not null)`.execute(database);
      await sql`create table boot_work (boot varchar(255) primary key, work text not null)`.execute(database);
    },
  },
  '004-memories-by-time@0.2': {
    async up(database: Kysely<unknown>) {
      await sql`create index memories_by_time on memories (created_at)`.execute(database);
    },
  },
};

/** `team.db` */
export const TEAM_DATABASE: DatabaseKind<TeamSchema> = {
  title: 'the team database',
  migrations: MIGRATIONS,
  // Setting the version that the file has is a write, too.
  touch: (database) => sql`pragma user_version = ${USER_VERSION}`.execute(database),
  error: (failure, message, cause) => new TeamDatabaseError(CODES[failure], message, { cause }),
};
