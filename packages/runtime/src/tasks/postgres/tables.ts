import { type Kysely, sql } from 'kysely';
import { CONVERSATION_SEPARATOR } from '../log/conversation-lock.js';
import { LANE_INDEX } from '../log/lane.js';
import { ENGINE_STORE } from './engine-store-tables.js';
import { HOT_PATHS } from './hot-path-indexes.js';
import { PUSH_ENDS } from './push-ends-index.js';
import { PUSH } from './push-tables.js';
import { QUESTION_EXPIRIES } from './question-expiry-table.js';
import { REPLICAS } from './replica-tables.js';
import { TURN_WAKES } from './turn-wake-table.js';
import { UNTOLD_ANSWERS } from './untold-answers-table.js';
import { USAGE } from './usage-table.js';

/**
 * A migration of the tables. A released one is never edited: a change is a new migration, whose name ends with the minor version that has it
 * first, such as `009-costs@0.3`. It only adds, since processes of the minor version before run on: see docs/releasing.md.
 */
export type PostgresMigration = (database: Kysely<unknown>) => Promise<void>;

/**
 * By name, in the order of the names. Texts that are compared or ordered have the collation "C", so that their order is the one of
 * their bytes, whatever the database's default is.
 */
export const MIGRATIONS: Readonly<Record<string, PostgresMigration>> = {
  '001-task-log': (database) => run(database, TASK_LOG),
  '002-team': (database) => run(database, TEAM),
  '003-blobs': (database) => run(database, BLOBS),
  '004-boots': (database) => run(database, BOOTS),
  '005-engine-store': (database) => run(database, ENGINE_STORE),
  '006-lanes': (database) => run(database, LANES),
  '007-store-id': (database) => run(database, STORE_ID),
  '008-workspace': (database) => run(database, WORKSPACE),
  '009-replicas@0.2': (database) => run(database, REPLICAS),
  '010-hot-paths@0.2': (database) => run(database, HOT_PATHS),
  '011-push@0.2': (database) => run(database, PUSH),
  '012-question-expiries@0.2': (database) => run(database, QUESTION_EXPIRIES),
  '013-push-ends@0.2': (database) => run(database, PUSH_ENDS),
  '014-usage@0.2': (database) => run(database, USAGE),
  '017-steps@0.2': (database) => run(database, TURN_WAKES),
  '018-untold-answers@0.2': (database) => run(database, UNTOLD_ANSWERS),
};

const TASK_LOG = [
  `create table tasks (
    id text collate "C" primary key,
    owner text collate "C" not null,
    context_id text collate "C" not null,
    state text not null,
    terminal integer not null,
    status_at bigint not null,
    created_at bigint not null,
    seq integer not null,
    chunk_seq integer not null,
    turn integer not null,
    attempt integer not null,
    fence integer not null,
    runner text,
    durable integer not null,
    message_id text not null,
    result text,
    compacted integer not null
  )`,
  // Each append changes the row, and none of its indexed columns: free space on the page keeps the indexes from growing.
  'alter table tasks set (fillfactor = 70)',
  'create index tasks_by_owner on tasks (owner, status_at, id)',
  'create index tasks_by_context on tasks (owner, context_id, status_at, id)',
  'create index tasks_by_state on tasks (owner, state, status_at, id)',
  'create index tasks_unfinished on tasks (status_at) where terminal = 0',
  'create index tasks_to_compact on tasks (status_at) where terminal = 1 and compacted = 0',
  `create index tasks_waiting on tasks (owner, context_id) where state = 'TASK_STATE_INPUT_REQUIRED'`,
  'create index tasks_ended on tasks (status_at) where terminal = 1',
  // A transaction that decides by the tasks of a conversation locks it exclusively first: see log/conversation-lock.ts.
  `create function molecule_lock_conversation() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(hashtextextended(new.owner || '${CONVERSATION_SEPARATOR}' || new.context_id, 0));
      return new;
    end
  $$`,
  `create trigger tasks_lock_conversation before insert on tasks
    for each row execute function molecule_lock_conversation()`,
  `create table task_contents (
    task_id text collate "C" not null,
    kind text collate "C" not null,
    seq integer not null,
    content text not null,
    primary key (task_id, kind, seq)
  )`,
  `create table task_messages (
    owner text collate "C" not null,
    context_key text collate "C" not null,
    message_id text collate "C" not null,
    task_id text collate "C" not null,
    turn integer not null,
    digest text not null,
    at bigint not null,
    primary key (owner, context_key, message_id)
  )`,
  'create index task_messages_by_task on task_messages (task_id)',
  `create table task_blobs (
    task_id text collate "C" not null,
    digest text collate "C" not null,
    name text not null,
    media_type text not null,
    released integer not null default 0,
    primary key (task_id, digest)
  )`,
  'create index task_blobs_by_digest on task_blobs (digest)',
  'create index task_blobs_kept on task_blobs (task_id) where released = 0',
  `create table abandoned_work (
    task_id text collate "C" primary key,
    work text not null,
    runner text,
    tries integer not null
  )`,
  `create table conversations (
    owner text collate "C" not null,
    context_id text collate "C" not null,
    active_at bigint not null,
    forget integer not null,
    runner text,
    tries integer not null,
    not_before bigint not null,
    primary key (owner, context_id)
  )`,
  'create index conversations_by_age on conversations (forget, active_at)',
  'create table duties (name text primary key, boot text not null)',
  'create table storage_probe (id integer primary key, at bigint not null)',
];

const TEAM = [
  `create table delegations (
    id text primary key,
    owner text collate "C" not null,
    parent_task text collate "C" not null,
    peer_id text not null,
    peer_name text not null,
    url text not null,
    text text not null,
    digest text not null,
    ordinal integer not null,
    mode text not null,
    state text not null,
    remote_task text,
    answer text,
    attempts integer not null,
    reported integer not null,
    created_at bigint not null,
    constraint delegations_once unique (parent_task, peer_id, digest, ordinal)
  )`,
  `create table delegation_files (
    delegation_id text not null,
    ordinal integer not null,
    name text not null,
    media_type text not null,
    content bytea not null,
    primary key (delegation_id, ordinal)
  )`,
  `create table memories (
    id text primary key,
    owner text collate "C" not null,
    scope text not null,
    namespace text not null,
    content text not null,
    created_at bigint not null
  )`,
  'create index memories_of_owner on memories (owner, created_at)',
  'create table marks (owner text collate "C" not null, name text not null, at bigint not null, primary key (owner, name))',
];

const BLOBS = [
  `create table blobs (
    digest text collate "C" primary key,
    upload text not null,
    bytes bigint not null,
    stored_at timestamptz not null
  )`,
  'create index blobs_by_age on blobs (stored_at)',
  'create table blob_uploads (id text primary key, begun_at timestamptz not null)',
  `create table blob_pieces (
    upload text not null,
    ordinal integer not null,
    content bytea not null,
    primary key (upload, ordinal)
  )`,
  // Files are mostly compressed already.
  'alter table blob_pieces alter column content set storage external',
];

const BOOTS = ['create table boots (id text primary key, lease_until timestamptz not null)'];

const LANES = [
  'alter table tasks add column accepted bigint not null default 0',
  'alter table tasks add column engaged text',
  'update tasks set accepted = status_at * 1000 where terminal = 0',
  'drop index tasks_unfinished',
  'drop index tasks_waiting',
  'create index tasks_open on tasks (owner, context_id) where terminal = 0 or engaged is not null',
  // Two transactions at once may both find a conversation free.
  `create unique index ${LANE_INDEX} on tasks (owner, context_id) where engaged is not null`,
];

/** One row, whose id no other database has. */
const STORE_ID = [
  'create table store_id (id text not null)',
  'create unique index store_id_once on store_id ((true))',
  'insert into store_id values (gen_random_uuid()::text)',
];

/** Whose store it is, and what a move has to do with it: see store-row.ts. */
const WORKSPACE = [
  'alter table store_id add column workspace text',
  'alter table store_id add column incomplete_from text',
  'alter table store_id add column moved_to text',
  'alter table store_id add column held_by text',
];

async function run(database: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
