import { type ExpressionBuilder, type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { engineContext } from '../../engine-context.js';
import type { Database } from '../../storage/database.js';
import { CALLER, TURN } from '../../storage/storage-gate.js';
import { conversationLock } from '../conversation-lock.js';
import { forgetContext } from '../engine-store/stored-rows.js';
import type { ConversationsTable, TaskLogSchema } from '../schema.js';
import type { Conversation } from './due-tasks.js';

/** A conversation that is to be forgotten: its tasks up to a time, what the engine stores of it, and its files. */
export interface DueConversation extends Conversation {
  /** Milliseconds since 1970 of its last activity. Newer tasks are not part of what is forgotten. */
  readonly activeAt: number;
  /** The boot that forgets it, or the one that ran its last turn; undefined: any boot may forget it. */
  readonly runner: string | undefined;
  /** How often the engine failed to forget it. */
  readonly tries: number;
}

/**
 * The conversations that are to be forgotten, and those whose tasks are all deleted but of which the engine still stores
 * something. While a conversation is to be forgotten, no turn of it can be claimed.
 */
export class ConversationStore {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /**
   * Marks those of the conversations as to be forgotten that have no unfinished task, and no activity since a time.
   *
   * @returns how many were marked
   */
  mark(conversations: readonly Conversation[], before: number): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      await this.#database.lock(transaction, conversations.map(conversationLock));
      let marked = 0;
      for (const conversation of conversations) marked += await markOne(transaction, conversation, before);
      return marked;
    }, CALLER);
  }

  /**
   * Marks conversations without tasks whose last activity was before a time.
   *
   * @returns how many were marked
   */
  markKept(before: number, most: number): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const kept = await keptWithoutTasks(transaction, before).limit(most).execute();
      await this.#database.lock(transaction, kept.map(conversationLock));
      let marked = 0;
      for (const conversation of kept) marked += await markKept(transaction, conversation, before);
      return marked;
    }, CALLER);
  }

  /** Some of the conversations that are to be forgotten now. */
  due(now: number, most: number): Promise<readonly DueConversation[]> {
    return this.#database.read(async (database) => {
      const rows = await database
        .selectFrom('conversations')
        .selectAll()
        .where('forget', '=', 1)
        .where('not_before', '<=', now)
        .orderBy('active_at')
        .limit(most)
        .execute();
      return rows.map(toDue);
    }, CALLER);
  }

  /** The conversation, if it is to be forgotten. */
  find(conversation: Conversation): Promise<DueConversation | undefined> {
    return this.#database.read(async (database) => {
      const row = await these(database.selectFrom('conversations').selectAll(), conversation)
        .where('forget', '=', 1)
        .executeTakeFirst();
      return row && toDue(row);
    }, TURN);
  }

  /**
   * Takes conversations for a boot.
   *
   * @returns those that no other boot has taken since they were read, that are not forgotten yet, and in which no engine works any more;
   *   none begins to, because no turn of a marked conversation is claimed
   */
  async take(conversations: readonly DueConversation[], boot: string): Promise<readonly DueConversation[]> {
    if (conversations.length === 0) return [];
    return this.#database.transaction(async (transaction) => {
      const now: DueConversation[] = [];
      for (const conversation of conversations) {
        const { numUpdatedRows } = await taken(
          transaction.updateTable('conversations').set({ runner: boot }),
          conversation,
        )
          .where('forget', '=', 1)
          .where(hasNoEngaged)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 1n) now.push({ ...conversation, runner: boot });
      }
      return now;
    }, CALLER);
  }

  /** False: another boot has taken it, or it is forgotten already. */
  async isStillTaken(conversation: DueConversation): Promise<boolean> {
    return (await this.find(conversation))?.runner === conversation.runner;
  }

  /**
   * Removes the record of a conversation that was forgotten, and what the engine store has of it. Does nothing if another boot has taken
   * it meanwhile: the conversation may then have begun again.
   */
  async forgotten(conversation: DueConversation): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const removed = await taken(transaction.deleteFrom('conversations'), conversation)
        .where('forget', '=', 1)
        .executeTakeFirstOrThrow();
      if (removed.numDeletedRows === 0n) return;
      await forgetContext(transaction, engineContext(conversation.owner, conversation.contextId));
    }, CALLER);
  }

  /** Lets it be forgotten later, by any boot. */
  async failed(conversation: DueConversation, notBefore: number): Promise<void> {
    const change = { runner: null, tries: conversation.tries + 1, not_before: notBefore };
    await this.#database.write(
      (database) => taken(database.updateTable('conversations').set(change), conversation).execute(),
      CALLER,
    );
  }

  /** Keeps a conversation that could not be forgotten and has a new message. It may become due again. */
  async keep(conversation: Conversation, now: number): Promise<void> {
    const change = { forget: 0, runner: null, tries: 0, not_before: 0, active_at: now };
    await this.#database.write(
      (database) => these(database.updateTable('conversations').set(change), conversation).execute(),
      TURN,
    );
  }
}

async function markOne(
  transaction: Transaction<TaskLogSchema>,
  { owner, contextId }: Conversation,
  before: number,
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    insert into conversations (owner, context_id, active_at, forget, runner, tries, not_before)
    select owner, context_id, max(status_at), 1, max(runner), 0, 0
    from tasks where owner = ${owner} and context_id = ${contextId} group by owner, context_id
    having min(terminal) = 1 and max(status_at) < ${before}
    on conflict (owner, context_id) do update set active_at = excluded.active_at, forget = 1
  `.execute(transaction);
  return Number(numAffectedRows);
}

function keptWithoutTasks(database: Kysely<TaskLogSchema>, before: number) {
  return database
    .selectFrom('conversations')
    .select(['owner', 'context_id as contextId'])
    .where('forget', '=', 0)
    .where('active_at', '<', before)
    .where(hasNoTasks);
}

async function markKept(
  transaction: Transaction<TaskLogSchema>,
  conversation: Conversation,
  before: number,
): Promise<number> {
  const { numUpdatedRows } = await these(transaction.updateTable('conversations').set({ forget: 1 }), conversation)
    .where('forget', '=', 0)
    .where('active_at', '<', before)
    .where(hasNoTasks)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

function hasNoTasks({ not, exists, selectFrom }: ExpressionBuilder<TaskLogSchema, 'conversations'>) {
  return not(
    exists(
      selectFrom('tasks')
        .select('tasks.id')
        .whereRef('tasks.owner', '=', 'conversations.owner')
        .whereRef('tasks.context_id', '=', 'conversations.context_id'),
    ),
  );
}

function hasNoEngaged({ not, exists, selectFrom }: ExpressionBuilder<TaskLogSchema, 'conversations'>) {
  return not(
    exists(
      selectFrom('tasks')
        .select('tasks.id')
        .whereRef('tasks.owner', '=', 'conversations.owner')
        .whereRef('tasks.context_id', '=', 'conversations.context_id')
        .where('tasks.engaged', 'is not', null),
    ),
  );
}

interface Narrowed<Query> {
  where(column: 'owner' | 'context_id', operator: '=', value: string): Query;
}

interface Taken<Query> extends Narrowed<Query> {
  where(column: 'runner', operator: 'is not distinct from', value: string | null): Query;
  where(column: 'owner' | 'context_id', operator: '=', value: string): Query;
}

function these<Query extends Narrowed<Query>>(query: Query, { owner, contextId }: Conversation): Query {
  return query.where('owner', '=', owner).where('context_id', '=', contextId);
}

/** The conversation, unless another boot has taken it since it was read. */
function taken<Query extends Taken<Query>>(query: Query, conversation: DueConversation): Query {
  return these(query, conversation).where('runner', 'is not distinct from', conversation.runner ?? null);
}

function toDue(row: Selectable<ConversationsTable>): DueConversation {
  return {
    owner: row.owner,
    contextId: row.context_id,
    activeAt: row.active_at,
    runner: row.runner ?? undefined,
    tries: row.tries,
  };
}
