import type { Message, Part, Task } from '@a2a-js/sdk';

/**
 * Stands for a data part whose value is null, which the JSON mapping of protocol buffers knows as a value. The SDK's readers take
 * any null for a field that is not set.
 */
export const NULL_DATA: object = Object.freeze({});

/** The message with null where {@link NULL_DATA} stands for it. */
export function withNullData(message: Message): Message {
  if (!message.parts.some(standsForNull)) return message;
  return { ...message, parts: message.parts.map((part) => (standsForNull(part) ? nullPart(part) : part)) };
}

/** Gives a task that was read from JSON the null values that the SDK's reader has left out of its messages. */
export function restoreNullData(task: Task, json: unknown): void {
  const { history = [] } = json as { readonly history?: readonly { readonly parts?: readonly object[] }[] };
  for (const [at, message] of task.history.entries()) {
    for (const [index, part] of message.parts.entries()) {
      const written = history[at]?.parts?.[index];
      if (part.content === undefined && written && 'data' in written) message.parts[index] = nullPart(part);
    }
  }
}

function standsForNull({ content }: Part): boolean {
  return content?.$case === 'data' && content.value === NULL_DATA;
}

function nullPart(part: Part): Part {
  return { ...part, content: { $case: 'data', value: null } };
}
