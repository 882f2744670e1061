import { asArray, asRecord, type JsonRecord } from './conversation.js';
import { pictureTypeOf } from './pictures.js';
import type { Refusal } from './wire-format.js';

const BAD_PICTURE =
  "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].";

/** What OpenAI's API refuses about the messages of a chat completion. */
export function refuseOpenAiChat(body: JsonRecord): Refusal | undefined {
  const messages = asArray(body['messages']).map(asRecord);
  if (messages.length === 0) return { message: "Invalid 'messages': empty array." };
  for (const [index, message] of messages.entries()) {
    const problem =
      refuseContent(message, index) ??
      refuseCalls(message, messages.slice(index + 1), index) ??
      refuseStray(messages, index);
    if (problem !== undefined) return { message: problem };
  }
  return undefined;
}

function refuseContent(message: JsonRecord, index: number): string | undefined {
  const calls = asArray(message['tool_calls']);
  if (
    (message['content'] ?? undefined) === undefined &&
    calls.length === 0 &&
    (message['refusal'] ?? undefined) === undefined
  ) {
    return `Invalid value for 'content': expected a string, got null. (messages.${index})`;
  }
  for (const part of asArray(message['content']).map(asRecord)) {
    if (part['type'] === 'image_url' && isBadPicture(asRecord(part['image_url'])['url'])) return BAD_PICTURE;
  }
  // JSON can hold an unpaired surrogate as an escape, which is not valid text.
  return /[\uD800-\uDFFF]/u.test(textIn(message['content']))
    ? 'We could not parse the JSON body of your request: invalid unicode.'
    : undefined;
}

function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .map((part) => String(asRecord(part)['text'] ?? ''))
    .join(' ');
}

function isBadPicture(url: unknown): boolean {
  if (typeof url !== 'string' || !url.startsWith('data:')) return typeof url !== 'string';
  const [, mediaType = '', data = ''] = /^data:([^;,]*);base64,(.*)$/s.exec(url) ?? [];
  if (!/^image\/(png|jpe?g|gif|webp)$/.test(mediaType)) return true;
  return pictureTypeOf(Buffer.from(data, 'base64')) === undefined;
}

function refuseCalls(message: JsonRecord, after: readonly JsonRecord[], index: number): string | undefined {
  const calls = asArray(message['tool_calls']).map(asRecord);
  const end = after.findIndex(({ role }) => role !== 'tool');
  const results = (end < 0 ? after : after.slice(0, end)).map((result) => result['tool_call_id']);
  const missing = calls.filter(({ id }) => typeof id !== 'string' || id === '' || !results.includes(id));
  if (missing.length > 0) {
    return (
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. ` +
      `The following tool_call_ids did not have response messages: ${missing.map(({ id }) => id).join(', ')}`
    );
  }
  for (const call of calls) {
    const text = asRecord(call['function'])['arguments'];
    try {
      JSON.parse(String(text));
    } catch {
      return `Invalid 'messages[${index}].tool_calls': arguments is not valid JSON.`;
    }
  }
  return undefined;
}

function refuseStray(messages: readonly JsonRecord[], index: number): string | undefined {
  if (messages[index]?.['role'] !== 'tool') return undefined;
  const caller = messages.slice(0, index).findLast(({ role }) => role !== 'tool');
  if (asArray(caller?.['tool_calls']).length > 0) return undefined;
  return "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
}
