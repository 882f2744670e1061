import type { SessionMessage } from '../../api/messages.js';

/** The messages of one turn: those after `after`, beginning with the person's message. */
export function turnMessages(messages: readonly SessionMessage[], after: number): SessionMessage[] {
  const later = messages.filter(({ id }) => id > after);
  const first = later.findIndex(({ role }) => role === 'user');
  return first < 0 ? [] : later.slice(first);
}

/** True when no tool call of the turn has carried `command` out: what Hermes refused was not carried out. */
export function isUndone(turn: readonly SessionMessage[], command: string): boolean {
  const needle = JSON.stringify(command).slice(1, -1);
  const calls = turn
    .flatMap(({ tool_calls }) => tool_calls ?? [])
    .filter((call) => call.function.arguments.includes(needle));
  return !calls.some(({ id }) =>
    turn.some(
      ({ role, tool_call_id, content }) => role === 'tool' && tool_call_id === id && !content.includes('BLOCKED'),
    ),
  );
}
