import type { HistoryEntry } from '../contract/turn.js';

/**
 * One text out of a request and the messages before it, for engines that keep no conversation of their own. Without a
 * history it is the request itself.
 */
export function buildTaskText(text: string, history: readonly HistoryEntry[]): string {
  if (history.length === 0) return text;
  const lines = history.map(([role, content]) => `${speakerName(role)}: ${content}`);
  return `Conversation so far:\n${lines.join('\n')}\n\nCurrent request: ${text}`;
}

function speakerName(role: string): string {
  if (role === 'human' || role === 'user') return 'User';
  if (role === 'ai' || role === 'assistant' || role === 'agent') return 'Agent';
  return role.slice(0, 1).toUpperCase() + role.slice(1);
}
