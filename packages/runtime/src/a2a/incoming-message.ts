import { createHash } from 'node:crypto';
import { type Part as A2APart, Message, Role, type SendMessageRequest } from '@a2a-js/sdk';
import { extractMessageText, type JsonObject, type JsonValue, type Part } from '@molecule/adapters';
import type { FileLimits } from '../environment/runtime-settings.js';
import { malformed } from './a2a-errors.js';
import { withNullData } from './null-data.js';

/** Ids are the client's to choose; more than this fits no database column of ours. */
const MAX_ID_LENGTH = 255;
const HALF_A_PAIR = /\p{Surrogate}/u;

/**
 * Checks a message before anything is done with it. The SDK lets much of this pass.
 *
 * @throws RequestMalformedError, code `MESSAGE_INVALID`
 */
export function checkMessage(message: Message | undefined): Message {
  if (!message) throw malformed('MESSAGE_INVALID', 'params.message is required.');
  checkId('message.messageId', message.messageId);
  if (message.contextId !== '') checkId('message.contextId', message.contextId);
  if (message.taskId !== '') checkId('message.taskId', message.taskId);
  if (message.role !== Role.ROLE_USER) {
    throw malformed('MESSAGE_INVALID', `message.role must be ROLE_USER; it is ${Role[message.role] ?? 'unknown'}.`);
  }
  if (message.parts.length === 0) throw malformed('MESSAGE_INVALID', 'message.parts must hold at least one part.');
  for (const [index, { content }] of message.parts.entries()) {
    if (!content) {
      throw malformed('MESSAGE_INVALID', `message.parts[${index}] must have one of text, raw, url or data.`);
    }
  }
  return withNullData(message);
}

/**
 * Checks the files that a message brings along. Those that it names by url are nobody's load: nothing fetches them.
 *
 * @throws RequestMalformedError, code `TOO_MANY_FILES` or `FILE_TOO_LARGE`
 */
export function checkFiles({ parts }: Message, { mostFiles, mostBytes }: FileLimits): void {
  let files = 0;
  for (const [index, { content }] of parts.entries()) {
    if (content?.$case !== 'raw') continue;
    files++;
    const { byteLength } = content.value;
    if (byteLength <= mostBytes) continue;
    throw malformed(
      'FILE_TOO_LARGE',
      `message.parts[${index}] is a file of ${byteLength} bytes; one file may have ${mostBytes} (MOLECULE_MAX_FILE). Send it by url.`,
    );
  }
  if (files <= mostFiles) return;
  throw malformed(
    'TOO_MANY_FILES',
    `message.parts holds ${files} files; a message may hold ${mostFiles} (MOLECULE_MAX_FILES). Send the rest in another message, all as one archive, or by url.`,
  );
}

/** A message's parts in the adapter contract's words. */
export function toParts(parts: readonly A2APart[]): readonly Part[] {
  return parts.flatMap((part) => toPart(part) ?? []);
}

/** The text parts, joined. */
export function textOf(parts: readonly Part[]): string {
  return extractMessageText(parts);
}

/**
 * What tells two messages apart that carry one id: everything that they say. The id itself and what the server adds
 * (task and context) are left out.
 */
export function digestOf(message: Message): string {
  const { parts, role, metadata, extensions, referenceTaskIds } = Message.toJSON(message) as Record<string, unknown>;
  return createHash('sha256').update(canonical({ parts, role, metadata, extensions, referenceTaskIds })).digest('hex');
}

/**
 * What a caller says besides the message, as plain JSON: the message's own metadata, and below it that of the request. Of what
 * both say, the message's counts.
 */
export function metadataOf(message: Message, request?: SendMessageRequest): JsonObject {
  return { ...request?.metadata, ...message.metadata } as JsonObject;
}

function toPart({ content, mediaType, filename, metadata }: A2APart): Part | undefined {
  const extra = metadata === undefined ? {} : { metadata: metadata as Record<string, JsonValue> };
  const file = { ...(filename !== '' && { name: filename }), ...(mediaType !== '' && { mediaType }) };
  switch (content?.$case) {
    case 'text':
      return { kind: 'text', text: content.value, ...extra };
    case 'raw':
      return { kind: 'file', data: Buffer.from(content.value).toString('base64'), ...file, ...extra };
    case 'url':
      return { kind: 'file', url: content.value, ...file, ...extra };
    case 'data':
      return { kind: 'data', data: content.value as JsonValue, ...extra };
    default:
      return undefined;
  }
}

function checkId(name: string, id: string): void {
  if (id === '') throw malformed('MESSAGE_INVALID', `${name} is required.`);
  if (id.length > MAX_ID_LENGTH) {
    throw malformed('MESSAGE_INVALID', `${name} may have ${MAX_ID_LENGTH} characters; it has ${id.length}.`);
  }
  // Databases store neither: two such ids would become one, or one that its sender does not know.
  if (id.includes('\0') || HALF_A_PAIR.test(id)) {
    throw malformed('MESSAGE_INVALID', `${name} holds a NUL character or half of a surrogate pair.`);
  }
}

/** JSON with sorted keys, so that equal content has equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.keys(inner)
            .sort()
            .map((key) => [key, (inner as Readonly<Record<string, unknown>>)[key]]),
        )
      : inner,
  );
}
