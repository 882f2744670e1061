import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { MessageFile } from './message-file.js';
import type { DelegationsTable, TeamDatabase } from './team-database.js';

type DelegationState = 'pending' | 'sent' | 'completed' | 'input-required' | 'failed' | 'canceled';
export type DelegationMode = 'wait' | 'later';

/** A task handed to a peer, as it stands. */
export interface Delegation {
  readonly id: string;
  readonly parentTask: string;
  readonly peerId: string;
  readonly peerName: string;
  /** Empty: the peer is reached through the platform. */
  readonly url: string;
  readonly text: string;
  readonly mode: DelegationMode;
  readonly state: DelegationState;
  readonly remoteTask: string | undefined;
  readonly answer: string | undefined;
  readonly attempts: number;
  readonly reported: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface NewDelegation {
  readonly parentTask: string;
  readonly peerId: string;
  readonly peerName: string;
  readonly url: string;
  readonly text: string;
  readonly mode: DelegationMode;
  /** What goes with the text. The same text with other files is the same delegation. */
  readonly files: readonly MessageFile[];
}

/** How a delegation ended. */
export interface DelegationEnding {
  readonly state: 'completed' | 'input-required' | 'failed' | 'canceled';
  readonly answer: string;
}

const OPEN: readonly DelegationState[] = ['pending', 'sent'];

export function isOpen({ state }: Pick<Delegation, 'state'>): boolean {
  return OPEN.includes(state);
}

/** Delegations, recorded before anything is sent. */
export class DelegationStore {
  readonly #database: TeamDatabase;

  constructor(database: TeamDatabase) {
    this.#database = database;
  }

  /**
   * The delegation of this text to this peer by this task. A turn that runs again after a crash asks again, and finds
   * the one that it had begun; only after one that failed a new one is begun.
   */
  begin(wanted: NewDelegation): Promise<Delegation> {
    const digest = createHash('sha256').update(wanted.text).digest('hex');
    return this.#database.transaction().execute(async (transaction) => {
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
    });
  }

  async get(id: string): Promise<Delegation | undefined> {
    const row = await this.#database.selectFrom('delegations').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toDelegation(row);
  }

  /** What is sent with the text on each attempt; kept until the delegation has ended. */
  async files(id: string): Promise<readonly MessageFile[]> {
    const rows = await this.#database
      .selectFrom('delegation_files')
      .selectAll()
      .where('delegation_id', '=', id)
      .orderBy('ordinal')
      .execute();
    return rows.map(({ name, media_type, content }) => ({ name, mediaType: media_type, bytes: bufferOf(content) }));
  }

  /** Those that have not ended, and those of mode `later` whose answer nobody was told, oldest first. */
  async unsettled(): Promise<readonly Delegation[]> {
    const rows = await this.#database
      .selectFrom('delegations')
      .selectAll()
      .where(({ eb, or, and }) =>
        or([eb('state', 'in', [...OPEN]), and([eb('mode', '=', 'later'), eb('reported', '=', 0)])]),
      )
      .orderBy('created_at')
      .execute();
    return rows.map(toDelegation);
  }

  /** Recorded before the attempt is made. */
  async attempted(id: string, attempts: number): Promise<void> {
    await this.#database.updateTable('delegations').set({ attempts }).where('id', '=', id).execute();
  }

  async sent(id: string, remoteTask: string): Promise<void> {
    await this.#database
      .updateTable('delegations')
      .set({ state: 'sent', remote_task: remoteTask })
      .where('id', '=', id)
      .where('state', 'in', [...OPEN])
      .execute();
  }

  /** Ends it, once: a later ending changes nothing. Gives it back as it is then. */
  end(id: string, ending: DelegationEnding): Promise<Delegation> {
    return this.#database.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('delegations')
        .set(ending)
        .where('id', '=', id)
        .where('state', 'in', [...OPEN])
        .execute();
      await transaction.deleteFrom('delegation_files').where('delegation_id', '=', id).execute();
      return toDelegation(
        await transaction.selectFrom('delegations').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
      );
    });
  }

  async reported(id: string): Promise<void> {
    await this.#database.updateTable('delegations').set({ reported: 1 }).where('id', '=', id).execute();
  }
}

function toDelegation(row: Selectable<DelegationsTable>): Delegation {
  return {
    id: row.id,
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
