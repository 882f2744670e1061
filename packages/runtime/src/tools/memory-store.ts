import type { JsonObject } from '@molecule/adapters';
import type { TeamDatabase } from '../delegation/team-database.js';

export const MEMORY_SCOPES = ['LOCAL', 'TEAM', 'GLOBAL'] as const;
type MemoryScope = (typeof MEMORY_SCOPES)[number];

export interface NewMemory {
  readonly content: string;
  readonly scope: MemoryScope;
  readonly namespace: string;
}

export interface MemoryQuery {
  /** Words that must all occur; empty: all memories. */
  readonly text: string;
  readonly scope?: MemoryScope | undefined;
  readonly namespace?: string | undefined;
  readonly limit: number;
}

/** Where memories are kept. */
export interface Memories {
  commit(memory: NewMemory): Promise<JsonObject>;
  /** Newest first. */
  recall(query: MemoryQuery): Promise<readonly JsonObject[]>;
}

/** Memories in the state directory, for a workspace without a platform. */
export class LocalMemories implements Memories {
  readonly #database: TeamDatabase;

  constructor(database: TeamDatabase) {
    this.#database = database;
  }

  async commit({ content, scope, namespace }: NewMemory): Promise<JsonObject> {
    const id = crypto.randomUUID();
    await this.#database
      .insertInto('memories')
      .values({ id, scope, namespace, content, created_at: Date.now() })
      .execute();
    return { id, scope, namespace };
  }

  async recall({ text, scope, namespace, limit }: MemoryQuery): Promise<readonly JsonObject[]> {
    let query = this.#database.selectFrom('memories').selectAll();
    if (scope !== undefined) query = query.where('scope', '=', scope);
    if (namespace !== undefined) query = query.where('namespace', '=', namespace);
    // Two memories of one millisecond come back in the order of their writing, too.
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('rowid' as never, 'desc')
      .execute();
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
