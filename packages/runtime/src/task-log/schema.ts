/** One row a task: where it stands, and the newest full picture of it. */
export interface TasksTable {
  /** A2A task id; any string of 1 to 255 characters. */
  id: string;
  /** Who may see it: the owner name of the credential, or `anonymous`. */
  owner: string;
  context_id: string;
  /** A name of A2A's TaskState enum, for example `TASK_STATE_WORKING`. */
  state: string;
  /** 1 when `state` is terminal: the guard of every compare-and-set. */
  terminal: number;
  /** Milliseconds since 1970 of the last change of status; the order of `ListTasks`. */
  status_at: number;
  created_at: number;
  /** A2A Task as JSON, as it was at `snapshot_seq`. Later events are folded into it when it is read. */
  snapshot: string;
  snapshot_seq: number;
  /** Number of the newest event. */
  seq: number;
  /** Counts the turns of the task: 1, and one more for every answer to an input-required. */
  turn: number;
  /** How often the present turn has been begun. 0: not yet. */
  attempt: number;
  /** Counts claims of any turn. An append names its fence, and a stale one is refused. */
  fence: number;
  /** Boot id of the process that accepted the turn, and then of the one that claimed it last. */
  runner: string | null;
  /** 1 once a durable engine knows of the present turn: it is then that engine's to bring back after a crash. */
  durable: number;
  /** The present turn's input, JSON. */
  input: string;
  /** The engine's last checkpoint, JSON, and its number. */
  checkpoint: string | null;
  checkpoint_seq: number;
  /** What an input-required waits for, JSON. */
  pending: string | null;
  /** The outcome of the last finished turn, JSON. */
  result: string | null;
}

/** The append-only list of what happened to a task. */
interface TaskEventsTable {
  task_id: string;
  seq: number;
  /** A2A StreamResponse as JSON. */
  event: string;
  at: number;
}

/** Which message made which task: the memory behind "the same message is the same task". */
interface TaskMessagesTable {
  owner: string;
  /** The context as the sender named it; empty when it named none. */
  context_key: string;
  message_id: string;
  task_id: string;
  turn: number;
  /** SHA-256 of the message's content, hex. */
  digest: string;
  at: number;
}

/** One row, which is written to see whether anything can be. */
interface StorageProbeTable {
  id: number;
  at: number;
}

/** What engines are still to release, one row a task that has ended. */
interface AbandonedWorkTable {
  task_id: string;
  /** An AbandonedWork of the adapter contract, JSON. */
  work: string;
  /** Boot id of the process that ran the task last. */
  runner: string | null;
  /** How often the engine was asked in vain. */
  tries: number;
}

/** What the task log keeps in its database. */
export interface TaskLogSchema {
  tasks: TasksTable;
  task_events: TaskEventsTable;
  task_messages: TaskMessagesTable;
  abandoned_work: AbandonedWorkTable;
  storage_probe: StorageProbeTable;
}
