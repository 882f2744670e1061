import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { TurnStore } from '@molecule/adapters';
import { type Serialized, StoredThread, type StoredWrite } from './stored-thread.js';

type Row = Readonly<Record<string, unknown>>;

/** The file in which earlier versions of this template kept their checkpoints, on one machine. Each thread is taken over once. */
export class EarlierCheckpoints {
  readonly #database: DatabaseSync | undefined;

  constructor(path: string) {
    this.#database = existsSync(path) ? new DatabaseSync(path, { timeout: 5_000 }) : undefined;
  }

  /** Moves the newest checkpoint of a thread to the engine store, if the store has none. */
  async takeOver(threadId: string, store: TurnStore): Promise<void> {
    if (this.#database === undefined) return;
    const row = this.#database
      .prepare("SELECT * FROM checkpoints WHERE thread_id = ? AND namespace = '' ORDER BY id DESC LIMIT 1")
      .get(threadId) as Row | undefined;
    if (row === undefined) return;
    const thread = new StoredThread(store);
    const name = { namespace: '', id: String(row['id']) };
    if ((await thread.names()).length === 0) {
      const writes = this.#database
        .prepare("SELECT * FROM writes WHERE thread_id = ? AND namespace = '' AND checkpoint_id = ?")
        .all(threadId, name.id) as Row[];
      const checkpoint = serialized(row['type'], row['checkpoint']);
      await thread.putWrites(name, writes.map(toWrite));
      await thread.putCheckpoint(
        name,
        { parent: null, checkpoint, metadata: serialized(row['metadata_type'], row['metadata']) },
        1,
      );
    }
    this.forget(threadId);
  }

  forget(threadId: string): void {
    for (const table of ['checkpoints', 'writes']) {
      this.#database?.prepare(`DELETE FROM ${table} WHERE thread_id = ?`).run(threadId);
    }
  }

  close(): void {
    if (this.#database?.isOpen) this.#database.close();
  }
}

function toWrite(row: Row): StoredWrite {
  const [task, path, channel] = [String(row['task_id']), String(row['task_path']), String(row['channel'])];
  return { task, path, position: Number(row['position']), channel, value: serialized(row['type'], row['value']) };
}

function serialized(type: unknown, bytes: unknown): Serialized {
  const buffer = Buffer.from(bytes as Uint8Array);
  return type === 'json'
    ? { type, text: buffer.toString() }
    : { type: String(type), base64: buffer.toString('base64') };
}
