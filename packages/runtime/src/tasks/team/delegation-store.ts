import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import {
  type Delegation,
  type DelegationEnding,
  type DelegationMode,
  type DelegationState,
  type MessageFile,
  type NewDelegation,
  OPEN_STATES,
} from './delegation.js';
import type { DelegationsTable, TeamSchema } from './schema.js';

/** The delegations of a workspace. Each is recorded before anything is sent. */
export class DelegationStore {
  readonly #database: Database<TeamSchema>;

  constructor(database: Database<TeamSchema>) {
    this.#database = database;
  }

  /**
   * Begins the delegation of this text to this peer by this task, or finds it: a turn that runs again after a crash delegates
   * again. After a delegation that failed or was canceled, a new one is begun.
   */
  begin(wanted: NewDelegation): Promise<Delegation> {
    const digest = createHash('sha256').update(wanted.text).digest('hex');
    return this.#database.transaction(async (transaction) => {
      await this.#database.lock(transaction, [`delegations ${wanted.parentTask}`]);
      const last = await transaction
        .selectFrom('delegations')
        .selectAll()
        .where('parent_task', '=', wanted.parentTask)
        .where('peer_id', '=', wanted.peerId)
        .where('digest', '=', digest)
        .orderBy('ordinal', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (last && last.state !== 'failed' && last.state !== 'canceled') return toDelegation(last);
      const row = {
        id: crypto.randomUUID(),
        owner: wanted.owner,
        parent_task: wanted.parentTask,
        peer_id: wanted.peerId,
        peer_name: wanted.peerName,
        url: wanted.url,
        text: wanted.text,
        digest,
        ordinal: (last?.ordinal ?? 0) + 1,
        mode: wanted.mode,
        state: 'pending',
        remote_task: null,
        answer: null,
        attempts: 0,
        reported: 0,
        created_at: Date.now(),
      };
      await transaction.insertInto('delegations').values(row).execute();
      const files = wanted.files.map(({ name, mediaType, bytes }, ordinal) => ({
        delegation_id: row.id,
        ordinal,
        name,
        media_type: mediaType,
        content: bytes,
      }));
      if (files.length > 0) await transaction.insertInto('delegation_files').values(files).execute();
      return toDelegation(row);
    }, CALLER);
  }

  async get(id: string): Promise<Delegation | undefined> {
    const row = await this.#read((database) =>
      database.selectFrom('delegations').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row && toDelegation(row);
  }

  /** The files that each attempt sends with the text; kept until the delegation has ended. */
  async files(id: string): Promise<readonly MessageFile[]> {
    const rows = await this.#read((database) =>
      database.selectFrom('delegation_files').selectAll().where('delegation_id', '=', id).orderBy('ordinal').execute(),
    );
    return rows.map(({ name, media_type, content }) => ({ name, mediaType: media_type, bytes: bufferOf(content) }));
  }

  /** Delegations that have not ended, and ended ones of mode `later` whose answer was not delivered, oldest first. */
  async unsettled(): Promise<readonly Delegation[]> {
    const rows = await this.#read((database) =>
      database
        .selectFrom('delegations')
        .selectAll()
        .where(({ eb, or, and }) =>
          or([eb('state', 'in', [...OPEN_STATES]), and([eb('mode', '=', 'later'), eb('reported', '=', 0)])]),
        )
        .orderBy('created_at')
        .execute(),
    );
    return rows.map(toDelegation);
  }

  /** Records an attempt. Call it before the attempt. */
  async attempted(id: string, attempts: number): Promise<void> {
    await this.#write((database) =>
      database.updateTable('delegations').set({ attempts }).where('id', '=', id).execute(),
    );
  }

  async sent(id: string, remoteTask: string): Promise<void> {
    await this.#write((database) =>
      database
        .updateTable('delegations')
        .set({ state: 'sent', remote_task: remoteTask })
        .where('id', '=', id)
        .where('state', 'in', [...OPEN_STATES])
        .execute(),
    );
  }

  /** Ends the delegation, unless it has ended already. Returns its state afterwards. */
  end(id: string, ending: DelegationEnding): Promise<Delegation> {
    return this.#database.transaction(async (transaction) => {
      await transaction
        .updateTable('delegations')
        .set(ending)
        .where('id', '=', id)
        .where('state', 'in', [...OPEN_STATES])
        .execute();
      await transaction.deleteFrom('delegation_files').where('delegation_id', '=', id).execute();
      return toDelegation(
        await transaction.selectFrom('delegations').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
      );
    }, CALLER);
  }

  async reported(id: string): Promise<void> {
    await this.#write((database) =>
      database.updateTable('delegations').set({ reported: 1 }).where('id', '=', id).execute(),
    );
  }

  /** Deletes the delegations of tasks, except those that have not ended or whose late answer was not delivered yet. */
  async removeOf(parentTasks: readonly string[]): Promise<void> {
    await this.#write((database) =>
      database
        .deleteFrom('delegations')
        .where('parent_task', 'in', [...parentTasks])
        .where('state', 'not in', [...OPEN_STATES])
        .where(({ eb, or }) => or([eb('mode', '!=', 'later'), eb('reported', '=', 1)]))
        .execute(),
    );
  }

  #read<Value>(work: (database: Kysely<TeamSchema>) => Promise<Value>): Promise<Value> {
    return this.#database.read(work, CALLER);
  }

  async #write(work: (database: Kysely<TeamSchema>) => Promise<unknown>): Promise<void> {
    await this.#database.write(work, CALLER);
  }
}

function toDelegation(row: Selectable<DelegationsTable>): Delegation {
  return {
    id: row.id,
    owner: row.owner,
    parentTask: row.parent_task,
    peerId: row.peer_id,
    peerName: row.peer_name,
    url: row.url,
    text: row.text,
    mode: row.mode as DelegationMode,
    state: row.state as DelegationState,
    remoteTask: row.remote_task ?? undefined,
    answer: row.answer ?? undefined,
    attempts: row.attempts,
    reported: row.reported === 1,
    createdAt: row.created_at,
  };
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
