/** One message of a model request, independent of its wire format. */
export interface ConversationEntry {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
}

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value if it is a JSON object, otherwise an empty object, so that a malformed request gets an answer. */
export function asRecord(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const TEXT_TYPES: readonly unknown[] = ['text', 'input_text', 'output_text'];

/** The text of a message's `content`, which is a string or a list of typed pieces. */
export function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .map(asRecord)
    .filter((piece) => TEXT_TYPES.includes(piece['type']))
    .map((piece) => asText(piece['text']))
    .join('\n');
}

/** The role as it was sent; `developer` is OpenAI's newer name for `system`. */
export function roleOf(role: unknown): ConversationEntry['role'] {
  if (role === 'assistant' || role === 'tool' || role === 'user') return role;
  return 'system';
}
