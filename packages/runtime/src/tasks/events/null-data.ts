import type { Message, Part } from '@a2a-js/sdk';

/**
 * Stands for a data part whose value is null. In the JSON mapping of protocol buffers null is a value, but the SDK's readers treat
 * every null as a field that is not set.
 */
export const NULL_DATA: object = Object.freeze({});

/** The message with null in place of {@link NULL_DATA}. */
export function withNullData(message: Message): Message {
  if (!message.parts.some(standsForNull)) return message;
  return { ...message, parts: message.parts.map((part) => (standsForNull(part) ? nullPart(part) : part)) };
}

/** Restores the null values that the SDK's reader has dropped from messages that were read from JSON. */
export function restoreNullData(messages: readonly Message[], json: unknown): void {
  const written = json as readonly { readonly parts?: readonly object[] }[];
  for (const [at, message] of messages.entries()) {
    for (const [index, part] of message.parts.entries()) {
      const found = written[at]?.parts?.[index];
      if (part.content === undefined && found && 'data' in found) message.parts[index] = nullPart(part);
    }
  }
}

function standsForNull({ content }: Part): boolean {
  return content?.$case === 'data' && content.value === NULL_DATA;
}

function nullPart(part: Part): Part {
  return { ...part, content: { $case: 'data', value: null } };
}
