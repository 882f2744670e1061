import type { Message } from '../../api/a2a.js';

/** What a person wrote after the agent's question of that id, up to its next one; without an id, at the beginning of the task. */
export function messagesAfter(history: readonly Message[], question: string | undefined): readonly Message[] {
  const from = question === undefined ? 0 : history.findIndex(({ messageId }) => messageId === question) + 1;
  if (question !== undefined && from === 0) return [];
  const rest = history.slice(from);
  const next = rest.findIndex(({ role }) => role === 'ROLE_AGENT');
  return next === -1 ? rest : rest.slice(0, next);
}
