import type { JsonObject, Message } from '../api/a2a.js';
import type { Question, QuestionRequest } from '../api/types.js';

/** The texts of a message, joined. */
export function textOf(message: Pick<Message, 'parts'> | undefined): string {
  return (message?.parts ?? []).flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n');
}

/** What the message of a status asks: docs/extensions.md of the server describes its data part. */
export function questionOf(message: Message): Question {
  const [details] = message.parts.flatMap(({ data }) => (isRequest(data) ? [data] : []));
  if (details === undefined) return { requests: [] };
  const several = details['requests'];
  const requests = Array.isArray(several) ? several.filter(isRequest) : [{ prompt: textOf(message), ...details }];
  return { requests: requests as readonly unknown[] as readonly QuestionRequest[] };
}

function isRequest(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && 'requestId' in value;
}
