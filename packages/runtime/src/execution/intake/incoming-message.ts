import { type Part as A2APart, type Message, Role, type SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk';
import { extractMessageText, type JsonObject, type JsonValue, type Logger, type Part } from '@molecule/adapters';
import { malformed } from '../../tasks/a2a-errors.js';
import { STORED_FILE_SCHEME } from '../../tasks/blobs/stored-file.js';
import { withNullData } from '../../tasks/events/null-data.js';
import { delegationInLog } from './acting-for.js';
import type { Sender } from './sender.js';

/** The client chooses the ids. A longer one does not fit into the database's columns. */
const MAX_ID_LENGTH = 255;
const HALF_A_PAIR = /\p{Surrogate}/u;

/**
 * Checks a message before it is stored. The SDK checks less.
 *
 * @throws {RequestMalformedError} with code `MESSAGE_INVALID`
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
    if (content.$case === 'url' && content.value.startsWith(STORED_FILE_SCHEME)) {
      throw malformed(
        'MESSAGE_INVALID',
        `message.parts[${index}].url begins with ${STORED_FILE_SCHEME}, which only this server uses. Send the file's bytes, or an address that others can reach.`,
      );
    }
  }
  return withNullData(message);
}

/** A message's parts as the adapter contract has them. */
export function toParts(parts: readonly A2APart[]): readonly Part[] {
  return parts.flatMap((part) => toPart(part) ?? []);
}

/** The text parts, joined. */
export function textOf(parts: readonly Part[]): string {
  return extractMessageText(parts);
}

/**
 * The metadata of the request and of the message, as plain JSON. If both have a key, the message's value counts.
 */
export function metadataOf(message: Message, request?: SendMessageRequest): JsonObject {
  return { ...request?.metadata, ...message.metadata } as JsonObject;
}

/** Logs that a message was accepted; for whom, too, if an agent sent it for its own caller. */
export function logAccepted(logger: Logger, names: object, metadata: JsonObject, { owner }: Sender): void {
  logger.info('a message was accepted', { ...names, ...delegationInLog(metadata, owner) });
}

/** The task that a message begins. */
export function newTask(message: Message): Task {
  return {
    id: message.taskId,
    contextId: message.contextId,
    status: { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: new Date().toISOString() },
    artifacts: [],
    history: [message],
    metadata: undefined,
  };
}

function toPart({ content, mediaType, filename, metadata }: A2APart): Part | undefined {
  const extra = metadata === undefined ? {} : { metadata: metadata as Record<string, JsonValue> };
  const file = { ...(filename !== '' && { name: filename }), ...(mediaType !== '' && { mediaType }) };
  switch (content?.$case) {
    case 'text':
      return { kind: 'text', text: content.value, ...extra };
    case 'raw':
      throw new TypeError('The file of a message must be stored before its turn is made.');
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
  // Databases store neither: two such ids could become equal, or an id could change.
  if (id.includes('\0') || HALF_A_PAIR.test(id)) {
    throw malformed('MESSAGE_INVALID', `${name} holds a NUL character or half of a surrogate pair.`);
  }
}
