/** A character that no owner and no context id has at their border by accident. */
export const CONVERSATION_SEPARATOR = '\u001f';

/**
 * The name that a transaction locks before it decides by which tasks a conversation has. While it is locked, no task of it is created;
 * a store in which several transactions write at once sees to that.
 */
export function conversationLock({ owner, contextId }: { readonly owner: string; readonly contextId: string }): string {
  return `${owner}${CONVERSATION_SEPARATOR}${contextId}`;
}
