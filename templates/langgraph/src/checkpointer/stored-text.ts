import type { StoredContext, TurnStore } from '@molecule/adapters';

/** Characters of a piece. A value of the engine store is bounded, and a conversation with pictures may be larger. */
const PIECE = 4 * 1024 * 1024;

/** Stores a text of any length, in pieces, in one step. */
export async function writeText(store: TurnStore, key: string, text: string): Promise<void> {
  const pieces: { readonly value: string }[] = [];
  for (let at = 0; at < text.length; at += PIECE) pieces.push({ value: text.slice(at, at + PIECE) });
  await store.replace(key, pieces);
}

/** Undefined: there is none. */
export async function readText(store: StoredContext, key: string): Promise<string | undefined> {
  const pieces: unknown[] = [];
  for (let after = 0, more = true; more; ) {
    const page = await store.list(key, { after });
    pieces.push(...page.entries.map(({ value }) => value));
    ({ next: after, more } = page);
  }
  return pieces.length === 0 ? undefined : pieces.join('');
}
