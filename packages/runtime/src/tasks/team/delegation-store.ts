import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../storage/database.js';
import { CALLER, ONCE } from '../storage/storage-gate.js';
import {
  type Delegation,
  type DelegationEnding,
  isOpen,
  type MessageFile,
  type NewDelegation,
  OPEN_STATES,
} from './delegation.js';
import { REPORT, toDelegation } from './delegation-row.js';
import type { TeamSchema } from './schema.js';

/** As the index on it has it, which is used only then. */
const UNSETTLED = sql<boolean>`(state in ('pending', 'sent') or mode = 'later' and reported = 0 and state <> 'canceled')`;

/** A delegation, as the boot knows it that follows it. */
type Followed = Pick<Delegation, 'id' | 'follower'>;

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
        follower: wanted.follower,
        report: wanted.isReported ? REPORT.toSend : null,
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

  /** What a task has delegated, in the order in which it did. */
  async of(parentTask: string, most: number): Promise<readonly Delegation[]> {
    const rows = await this.#read((database) =>
      database
        .selectFrom('delegations')
        .selectAll()
        .where('parent_task', '=', parentTask)
        .orderBy('created_at')
        .orderBy('id')
        .limit(most)
        .execute(),
    );
    return rows.map(toDelegation);
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
      database.selectFrom('delegations').selectAll().where(UNSETTLED).orderBy('created_at').execute(),
    );
    return rows.map(toDelegation);
  }

  /**
   * Lets a boot follow the delegation.
   *
   * @param before the follower that was read
   * @returns false if another boot was faster
   */
  async follow(id: string, boot: string, before: string | undefined): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.write(
      (database) =>
        database
          .updateTable('delegations')
          .set({ follower: boot })
          .where('id', '=', id)
          .where('follower', 'is not distinct from', before ?? null)
          .executeTakeFirst(),
      CALLER,
    );
    return numUpdatedRows === 1n;
  }

  /** Lets any boot follow the delegations of a boot that ends. */
  async leave(boot: string): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .updateTable('delegations')
          .set({ follower: null })
          .where('follower', '=', boot)
          .where(UNSETTLED)
          .execute(),
      ONCE,
    );
  }

  /** Records an attempt. Call it before the attempt. @returns false if another boot follows the delegation now */
  async attempted({ id, follower }: Followed, attempts: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.write(
      (database) =>
        database
          .updateTable('delegations')
          .set({ attempts })
          .where('id', '=', id)
          .where('follower', 'is not distinct from', follower ?? null)
          .executeTakeFirst(),
      CALLER,
    );
    return numUpdatedRows === 1n;
  }

  async sent({ id, follower }: Followed, remoteTask: string): Promise<void> {
    await this.#write((database) =>
      database
        .updateTable('delegations')
        .set({ state: 'sent', remote_task: remoteTask })
        .where('id', '=', id)
        .where('follower', 'is not distinct from', follower ?? null)
        .where('state', 'in', [...OPEN_STATES])
        .execute(),
    );
  }

  /** Ends the delegation, unless it has ended already, or another boot follows it now. Returns its state afterwards. */
  end({ id, follower }: Followed, ending: DelegationEnding): Promise<Delegation> {
    return this.#database.transaction(async (transaction) => {
      await transaction
        .updateTable('delegations')
        .set(ending)
        .where('id', '=', id)
        .where('follower', 'is not distinct from', follower ?? null)
        .where('state', 'in', [...OPEN_STATES])
        .execute();
      const row = await transaction
        .selectFrom('delegations')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      const now = toDelegation(row);
      if (!isOpen(now)) await transaction.deleteFrom('delegation_files').where('delegation_id', '=', id).execute();
      return now;
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

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
