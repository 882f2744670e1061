import type { HistoryEntry } from '../contract/turn.js';

/** Fits one line of a list of tasks. */
const DEFAULT_LIMIT = 60;

/**
 * One text of a request and the messages before it, for engines that do not store conversations. Without a history it is the request
 * itself.
 */
export function buildTaskText(text: string, history: readonly HistoryEntry[]): string {
  if (history.length === 0) return text;
  const lines = history.map(([role, content]) => `${speakerName(role)}: ${content}`);
  return `Conversation so far:\n${lines.join('\n')}\n\nCurrent request: ${text}`;
}

/**
 * A short label of a task, for heartbeats and logs: one line of at most `limit` code points (default 60), followed by an ellipsis if
 * the text is longer.
 */
export function briefTask(text: string, limit: number = DEFAULT_LIMIT): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // A code point is at most two units, so this holds more than `limit` of them whenever the line does.
  const characters = Array.from(line.slice(0, 2 * limit + 2));
  if (characters.length <= limit) return line;
  return `${characters.slice(0, limit).join('').trimEnd()}…`;
}

function speakerName(role: string): string {
  if (role === 'human' || role === 'user') return 'User';
  if (role === 'ai' || role === 'assistant' || role === 'agent') return 'Agent';
  return role.slice(0, 1).toUpperCase() + role.slice(1);
}
