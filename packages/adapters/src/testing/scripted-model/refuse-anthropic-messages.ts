import { asArray, asRecord, type JsonRecord } from './conversation.js';
import { isPictureType, pictureTypeOf } from './pictures.js';
import type { Refusal } from './wire-format.js';

/** What Anthropic's API refuses about the messages of a request. */
export function refuseAnthropicMessages(body: JsonRecord): Refusal | undefined {
  const messages = asArray(body['messages']).map(asRecord);
  if (messages.length === 0) return { message: 'messages: at least one message is required' };
  for (const [index, message] of messages.entries()) {
    const problem = refuseMessage(messages, message, index);
    if (problem !== undefined) return { message: problem };
  }
  return undefined;
}

function refuseMessage(messages: readonly JsonRecord[], message: JsonRecord, index: number): string | undefined {
  const blocks = blocksOf(message);
  const last = index === messages.length - 1;
  if (blocks.length === 0 && !(last && message['role'] === 'assistant')) {
    return `messages.${index}: all messages must have non-empty content except for the optional final assistant message`;
  }
  for (const [place, block] of blocks.entries()) {
    const problem = refuseBlock(block, `messages.${index}.content.${place}`);
    if (problem !== undefined) return problem;
  }
  if (last && message['role'] === 'assistant' && /\s$/.test(textOf(blocks.at(-1)))) {
    return 'messages: final assistant content cannot end with trailing whitespace';
  }
  return refusePairs(blocks, messages[index - 1], messages[index + 1], index);
}

function blocksOf(message: JsonRecord | undefined): readonly JsonRecord[] {
  const content = message?.['content'];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : asArray(content).map(asRecord);
}

function textOf(block: JsonRecord | undefined): string {
  return block?.['type'] === 'text' ? String(block['text'] ?? '') : '';
}

function refuseBlock(block: JsonRecord, place: string): string | undefined {
  if (block['type'] === 'text') {
    const text = textOf(block);
    if (text === '') return 'messages: text content blocks must be non-empty';
    if (text.trim() === '') return 'messages: text content blocks must contain non-whitespace text';
    // JSON can hold an unpaired surrogate as an escape, which is not valid text.
    if (/[\uD800-\uDFFF]/u.test(text)) return 'The request body is not valid JSON: no low surrogate in string';
  }
  if (block['type'] === 'image') return refusePicture(asRecord(block['source']), place);
  if (block['type'] === 'tool_use' && !/^[a-zA-Z0-9_-]+$/.test(String(block['id'] ?? ''))) {
    return `${place}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
  }
  return undefined;
}

function refusePicture(source: JsonRecord, place: string): string | undefined {
  if (source['type'] !== 'base64') return undefined;
  const mediaType = String(source['media_type'] ?? '');
  if (!isPictureType(mediaType)) {
    return `${place}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`;
  }
  const bytes = Buffer.from(String(source['data'] ?? ''), 'base64');
  if (bytes.length === 0) return `${place}.image.source.base64: image cannot be empty`;
  const found = pictureTypeOf(bytes);
  if (found === undefined) return 'Could not process image';
  return found === mediaType
    ? undefined
    : `${place}.image.source.base64.data: The image was specified using the ${mediaType} media type, but the image appears to be a ${found} image`;
}

/** Each call must have its result in the next message, and each result its call in the message before. */
function refusePairs(
  blocks: readonly JsonRecord[],
  before: JsonRecord | undefined,
  after: JsonRecord | undefined,
  index: number,
): string | undefined {
  const ids = (list: readonly JsonRecord[], type: string, field: string) =>
    list.filter((block) => block['type'] === type).map((block) => block[field]);
  const uses = ids(blocks, 'tool_use', 'id');
  if (new Set(uses).size !== uses.length) return `messages.${index}: \`tool_use\` ids must be unique`;
  const answered = ids(blocksOf(after), 'tool_result', 'tool_use_id');
  const missing = uses.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}`;
  }
  const results = ids(blocks, 'tool_result', 'tool_use_id');
  const called = ids(blocksOf(before), 'tool_use', 'id');
  const stray = results.filter((id) => !called.includes(id));
  if (stray.length > 0) {
    return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray.join(', ')}`;
  }
  return new Set(results).size === results.length
    ? undefined
    : `messages.${index}: each tool_use must have a single result`;
}
