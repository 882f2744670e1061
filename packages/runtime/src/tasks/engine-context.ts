/** The owner of everything on a server that does not ask who calls. */
export const ANONYMOUS = 'anonymous';

/**
 * The name under which an engine keeps a conversation. Callers choose context ids, so two owners may choose the same one, by
 * chance or on purpose. The name keeps the conversations of different owners apart.
 */
export function engineContext(owner: string, contextId: string): string {
  // The owner of a token contains no colon, so the name's first colon ends it; that of an issuer or an authority does. Its name begins
  // with a colon, as no other does, and the second one ends it. A context id may contain any.
  if (owner.includes(':')) return `:${encodeURIComponent(owner)}:${contextId}`;
  const isPlain = owner === ANONYMOUS && !contextId.includes(':');
  return isPlain ? contextId : `${owner}:${contextId}`;
}
