/** What a caller may do. `admin` includes the other three, and is for interfaces of the operator; no operation of A2A needs it. */
export const SCOPES = ['read', 'send', 'cancel', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

export type Scopes = ReadonlySet<Scope>;

/** Of a caller for whom nothing else is configured, if there is one owner only. */
export const ALL_SCOPES: Scopes = new Set(SCOPES);

/** The same if there may be several owners: `admin` shows the tasks of the others, so it is given by name only. */
export const OWN_SCOPES: Scopes = new Set(['read', 'send', 'cancel']);

/** True if these scopes allow what needs `needed`. */
export function allows(scopes: Scopes, needed: Scope): boolean {
  return scopes.has(needed) || scopes.has('admin');
}

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
