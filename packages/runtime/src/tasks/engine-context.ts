/** The owner of everything on a server without tokens. */
export const ANONYMOUS = 'anonymous';

/**
 * The name under which an engine keeps a conversation. Callers choose context ids, so two owners may choose the same one, by
 * chance or on purpose. The name keeps the conversations of different owners apart.
 */
export function engineContext(owner: string, contextId: string): string {
  // An owner's name contains no colon. A context id may, and must then not pass for a conversation of another owner.
  const isPlain = owner === ANONYMOUS && !contextId.includes(':');
  return isPlain ? contextId : `${owner}:${contextId}`;
}
