import type { JsonObject } from '@molecule/adapters';
import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import { type TeamSchema, UNOWNED } from './schema.js';

export const MEMORY_SCOPES = ['LOCAL', 'TEAM', 'GLOBAL'] as const;
type MemoryScope = (typeof MEMORY_SCOPES)[number];

export interface NewMemory {
  readonly owner: string;
  readonly content: string;
  readonly scope: MemoryScope;
  readonly namespace: string;
}

export interface MemoryQuery {
  /** Whose memories are searched. */
  readonly owner: string;
  /** Words that must all occur; empty: all memories. */
  readonly text: string;
  readonly scope?: MemoryScope | undefined;
  readonly namespace?: string | undefined;
  readonly limit: number;
}

/** Where memories are kept: in the task store, or on the platform. */
export interface Memories {
  commit(memory: NewMemory): Promise<JsonObject>;
  /** Newest first. */
  recall(query: MemoryQuery): Promise<readonly JsonObject[]>;
}

/** Memories in the task store, for a workspace without a platform. Each owner has their own, in every scope. */
export class LocalMemories implements Memories {
  readonly #database: Database<TeamSchema>;

  constructor(database: Database<TeamSchema>) {
    this.#database = database;
  }

  commit({ owner, content, scope, namespace }: NewMemory): Promise<JsonObject> {
    const id = crypto.randomUUID();
    return this.#database.transaction(async (transaction) => {
      await this.#database.lock(transaction, ['memories']);
      const { last } = await transaction
        .selectFrom('memories')
        .select(({ fn }) => fn.max('created_at').as('last'))
        .executeTakeFirstOrThrow();
      // Times are unique and ascending, so that they give the order, also within one millisecond.
      const createdAt = Math.max(Date.now(), (last ?? 0) + 1);
      await transaction
        .insertInto('memories')
        .values({ id, owner, scope, namespace, content, created_at: createdAt })
        .execute();
      return { id, scope, namespace };
    }, CALLER);
  }

  /** Gives an owner the memories that were stored before memories had owners. */
  async adopt(owner: string): Promise<void> {
    await this.#database.write(
      (database) => database.updateTable('memories').set({ owner }).where('owner', '=', UNOWNED).execute(),
      CALLER,
    );
  }

  async recall({ owner, text, scope, namespace, limit }: MemoryQuery): Promise<readonly JsonObject[]> {
    const rows = await this.#database.read((database) => {
      let query = database.selectFrom('memories').selectAll().where('owner', '=', owner);
      if (scope !== undefined) query = query.where('scope', '=', scope);
      if (namespace !== undefined) query = query.where('namespace', '=', namespace);
      return query.orderBy('created_at', 'desc').execute();
    }, CALLER);
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    return rows
      .filter(({ content }) => words.every((word) => content.toLowerCase().includes(word)))
      .slice(0, limit)
      .map((row) => ({
        id: row.id,
        content: row.content,
        scope: row.scope,
        namespace: row.namespace,
        created_at: new Date(row.created_at).toISOString(),
      }));
  }
}
