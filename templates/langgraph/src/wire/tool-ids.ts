import { randomUUID } from 'node:crypto';

/** What both providers take as the id of a tool call. */
const VALID = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * Unique ids for the calls of a conversation. Some servers restart their numbering with each answer, or give no id, but
 * results, approvals and events refer to calls by id.
 */
export class ToolIds {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** The server's own id when it can be used, else a new one. */
  claim(id: unknown): string {
    const usable = typeof id === 'string' && VALID.test(id) && !this.#taken.has(id);
    const own = usable ? id : `call_${randomUUID().replaceAll('-', '')}`;
    this.#taken.add(own);
    return own;
  }
}
