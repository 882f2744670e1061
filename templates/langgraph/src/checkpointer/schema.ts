/** `WITHOUT ROWID`: every look-up goes by the primary key, which then is the table itself. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS checkpoints (
    thread_id     TEXT NOT NULL,
    namespace     TEXT NOT NULL,
    id            TEXT NOT NULL,
    parent_id     TEXT,
    type          TEXT NOT NULL,
    checkpoint    BLOB NOT NULL,
    metadata_type TEXT NOT NULL,
    metadata      BLOB NOT NULL,
    PRIMARY KEY (thread_id, namespace, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS writes (
    thread_id     TEXT NOT NULL,
    namespace     TEXT NOT NULL,
    checkpoint_id TEXT NOT NULL,
    task_id       TEXT NOT NULL,
    task_path     TEXT NOT NULL,
    position      INTEGER NOT NULL,
    channel       TEXT NOT NULL,
    type          TEXT NOT NULL,
    value         BLOB NOT NULL,
    PRIMARY KEY (thread_id, namespace, checkpoint_id, task_id, position)
  ) WITHOUT ROWID;
`;

export interface CheckpointRow {
  readonly thread_id: string;
  readonly namespace: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly type: string;
  readonly checkpoint: Uint8Array;
  readonly metadata_type: string;
  readonly metadata: Uint8Array;
}

export interface WriteRow {
  readonly task_id: string;
  readonly task_path: string;
  readonly position: number;
  readonly channel: string;
  readonly type: string;
  readonly value: Uint8Array;
}
