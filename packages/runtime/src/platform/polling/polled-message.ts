import type { Message, Part, SendMessageRequest } from '@a2a-js/sdk';
import type { JsonObject, JsonValue } from '@molecule/adapters';
import { z } from 'zod';
import { isObject } from '../../support/is-object.js';
import { isUuid } from '../../support/is-uuid.js';
import { userMessage } from '../../tasks/events/a2a-events.js';
import type { TurnInput } from '../../tasks/turn-input.js';

/** Metadata key of a message that is the answer to another one; its value is the id of that message. */
export const ANSWERS_KEY = 'molecule.answers';
/** What the platform records of a message. Source: `normalizeA2APayload`, which keeps the method. */
const METHODS = ['message/send', 'message/stream'];

/** A record of the platform, of which a message is one kind. */
export const polledRow = z.looseObject({
  id: z.string().min(1),
  created_at: z.string().nullish(),
  method: z.string().nullish(),
  status: z.string().nullish(),
  source_id: z.string().nullish(),
  request_body: z.unknown().optional(),
  response_body: z.unknown().optional(),
});

export type PolledRow = z.output<typeof polledRow>;

/** A message that was fetched from the platform. */
export interface PolledMessage {
  readonly request: SendMessageRequest;
  readonly messageId: string;
  /** Who gets the answer. Undefined: no one, since the message is an answer itself. */
  readonly answerTo: TurnInput['answerTo'];
}

/**
 * The message of a record; undefined if it holds none that waits for this agent: it has an answer already, or has
 * failed. The records of what the agent has sent to the person have the same type.
 *
 * @param ownId the workspace's own id, which the platform names as the source of what it sends by itself
 */
export function messageIn(row: PolledRow, ownId: string): PolledMessage | undefined {
  const { id, method, status, source_id: source, request_body: body, response_body: answer } = row;
  const isAnswered = answer !== undefined && answer !== null;
  if (!METHODS.includes(method ?? '') || status === 'error' || isAnswered || !isObject(body)) return undefined;
  const params = isObject(body['params']) ? body['params'] : {};
  const said = params['message'];
  if (!isObject(said)) return undefined;
  const message = readMessage(said, id);
  const isPeers = typeof source === 'string' && isUuid(source) && source !== ownId;
  const answerTo = !isPeers ? 'polled' : message.metadata?.[ANSWERS_KEY] === undefined ? `peer:${source}` : undefined;
  const request = { tenant: '', message, configuration: undefined, metadata: metadataOf(params, said) };
  return { request, messageId: message.messageId, answerTo } as PolledMessage;
}

/** What was said before may stand in four places, as in messages that a platform sends. */
function metadataOf(params: Record<string, unknown>, said: Record<string, unknown>): JsonObject | undefined {
  const metadata = isObject(params['metadata']) ? params['metadata'] : {};
  const history = said['history'] ?? metadata['history'] ?? params['history'];
  return { ...metadata, ...(Array.isArray(history) && { history }) } as JsonObject;
}

function readMessage(said: Record<string, unknown>, rowId: string): Message {
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : '');
  const parts = Array.isArray(said['parts']) ? said['parts'].map(readPart) : [];
  const metadata = isObject(said['metadata']) ? (said['metadata'] as JsonObject) : undefined;
  const names = { messageId: text('messageId') || rowId, taskId: text('taskId'), contextId: text('contextId') };
  return userMessage(parts, { ...names, metadata });
}

/** A part in one of the shapes of protocol 0.3. One of no known shape has no content, with which the message is refused. */
function readPart(part: unknown): Part {
  const empty: Part = { content: undefined, metadata: undefined, filename: '', mediaType: '' };
  if (!isObject(part)) return empty;
  const metadata = isObject(part['metadata']) ? part['metadata'] : undefined;
  const named = { ...empty, metadata };
  const kind = part['kind'] ?? part['type'];
  const { text, data, file } = part;
  if (typeof text === 'string') return { ...named, content: { $case: 'text', value: text } };
  if (kind === 'data') return { ...named, content: { $case: 'data', value: data as JsonValue } };
  if (!isObject(file)) return empty;
  const given = (...keys: readonly string[]) => keys.map((key) => file[key]).find((one) => typeof one === 'string');
  const typed = { ...named, filename: given('name') ?? '', mediaType: given('mimeType', 'mime_type') ?? '' } as Part;
  const { bytes, uri } = file;
  if (typeof bytes === 'string') return { ...typed, content: { $case: 'raw', value: Buffer.from(bytes, 'base64') } };
  return typeof uri === 'string' ? { ...typed, content: { $case: 'url', value: uri } } : empty;
}
