import { createHash } from 'node:crypto';

/** A UUID that depends only on the given words. Claude Code requires this form for session and message ids. */
export function uuidFrom(...words: readonly string[]): `${string}-${string}-${string}-${string}-${string}` {
  const hash = createHash('sha256').update(JSON.stringify(words)).digest('hex');
  // Version 8 (RFC 9562): a UUID with application-defined content.
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** Claude Code's session for a conversation of a workspace. */
export function sessionIdOf(workspaceId: string, contextId: string): string {
  return uuidFrom('session', workspaceId, contextId);
}
