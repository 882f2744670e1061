import type { ChatMessage } from './chat.js';

/**
 * The conversation in a request of either API. System prompts are dropped, because they are too long for such a model and
 * make its answers worse, and so are images and tool calls. A tool's result counts as a user's text. Adjacent messages of
 * one role are joined. Empty if there is no text of the user.
 */
export function readMessages(body: Readonly<Record<string, unknown>>): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const entry of Array.isArray(body['messages']) ? (body['messages'] as unknown[]) : []) {
    const message = readMessage(entry);
    if (!message) continue;
    const previous = messages.at(-1);
    if (previous?.role === message.role) {
      messages[messages.length - 1] = { role: message.role, text: `${previous.text}\n${message.text}` };
    } else messages.push(message);
  }
  while (messages.at(-1)?.role === 'assistant') messages.pop();
  return messages;
}

function readMessage(entry: unknown): ChatMessage | undefined {
  if (!isRecord(entry) || entry['role'] === 'system' || entry['role'] === 'developer') return undefined;
  const text = readText(entry['content']);
  return text ? { role: entry['role'] === 'assistant' ? 'assistant' : 'user', text } : undefined;
}

/** The text of a message's content: a string, or a list of parts. */
function readText(content: unknown): string {
  if (typeof content === 'string') return withoutReminders(content);
  if (!Array.isArray(content)) return '';
  const texts = content.map((part: unknown) => {
    if (!isRecord(part)) return '';
    if (typeof part['text'] === 'string') return withoutReminders(part['text']);
    return part['type'] === 'tool_result' ? readText(part['content']) : '';
  });
  return texts.filter((text) => text !== '').join('\n');
}

const OPENING = '<system-reminder>';
const CLOSING = '</system-reminder>';

/** Between these tags, Claude Code adds parts of its system prompt to the user's messages. */
function withoutReminders(text: string): string {
  let rest = '';
  let position = 0;
  for (;;) {
    const start = text.indexOf(OPENING, position);
    const end = start === -1 ? -1 : text.indexOf(CLOSING, start);
    if (end === -1) return (rest + text.slice(position)).trim();
    rest += text.slice(position, start);
    position = end + CLOSING.length;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
