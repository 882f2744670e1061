import { DatabaseSync } from 'node:sqlite';

/** A row of `tasks` as version 0.1.0 wrote it; what is left out has a usual value. */
export interface OldTask {
  readonly id: string;
  readonly state: string;
  readonly terminal?: number;
  /** The JSON of a task at event `snapshotSeq`. */
  readonly snapshot: unknown;
  readonly snapshotSeq: number;
  readonly turn?: number;
  readonly checkpoint?: unknown;
  readonly pending?: unknown;
  readonly result?: unknown;
  /** The parts of the present turn's input. Default: none. */
  readonly inputParts?: readonly unknown[];
  /** The JSON of all events from the first that is kept; numbered up to the last. */
  readonly events: readonly unknown[];
  readonly seq: number;
}

/** Creates a task log as version 0.1.0 left it. */
export function writeOldLog(file: string, tasks: readonly OldTask[]): void {
  using database = new DatabaseSync(file);
  database.exec(OLD_TABLES);
  for (const task of tasks) {
    const { id, state, terminal = 0, snapshot, snapshotSeq, seq, turn = 1, events, inputParts: parts = [] } = task;
    const input = { taskId: id, contextId: 'c-1', messageId: `m-${id}`, turn, userInput: 'hello', parts };
    database
      .prepare('insert into tasks values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)')
      .run(
        ...[
          id,
          'ann',
          'c-1',
          state,
          terminal,
          5,
          4,
          JSON.stringify(snapshot),
          snapshotSeq,
          seq,
          turn,
          1,
          1,
          'boot-0',
          0,
        ],
        JSON.stringify({ ...input, model: '', workspaceId: 'w', history: [], metadata: {} }),
        ...[task.checkpoint, task.pending, task.result].map((value) =>
          value === undefined ? null : JSON.stringify(value),
        ),
      );
    for (const [index, event] of events.entries()) {
      const number = seq - events.length + 1 + index;
      database.prepare('insert into task_events values (?, ?, ?, 5)').run(id, number, JSON.stringify(event));
    }
    database.prepare('insert into task_messages values (?, ?, ?, ?, ?, ?, 5)').run('ann', '', `m-${id}`, id, turn, 'd');
  }
}

const OLD_TABLES = `
  pragma journal_mode = wal;
  create table kysely_migration (name varchar(255) not null primary key, timestamp varchar(255) not null);
  create table kysely_migration_lock (id varchar(255) not null primary key, is_locked integer default 0 not null);
  insert into kysely_migration_lock values ('migration_lock', 0);
  insert into kysely_migration values ('001-tasks', '2026-01-01'), ('002-storage-probe', '2026-01-02'),
    ('003-abandoned-work', '2026-01-03');
  create table tasks (id varchar(255) primary key, owner varchar(255) not null, context_id varchar(255) not null,
    state varchar(40) not null, terminal integer not null, status_at bigint not null, created_at bigint not null,
    snapshot text not null, snapshot_seq integer not null, seq integer not null, turn integer not null,
    attempt integer not null, fence integer not null, runner varchar(255), durable integer not null, input text not null,
    checkpoint text, checkpoint_seq integer not null, pending text, result text);
  create index tasks_by_owner on tasks (owner, status_at, id);
  create index tasks_by_context on tasks (owner, context_id, status_at, id);
  create index tasks_unfinished on tasks (status_at) where terminal = 0;
  create table task_events (task_id varchar(255) not null, seq integer not null, event text not null, at bigint not null,
    constraint task_events_key primary key (task_id, seq));
  create table task_messages (owner varchar(255) not null, context_key varchar(255) not null,
    message_id varchar(255) not null, task_id varchar(255) not null, turn integer not null, digest varchar(64) not null,
    at bigint not null, constraint task_messages_key primary key (owner, context_key, message_id));
  create table storage_probe (id integer primary key, at bigint not null);
  create table abandoned_work (task_id varchar(255) primary key, work text not null, runner varchar(255),
    tries integer not null);
  create index tasks_waiting on tasks (owner, context_id) where state = 'TASK_STATE_INPUT_REQUIRED';`;
