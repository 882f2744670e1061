import { createHash } from 'node:crypto';
import type { Message } from '@a2a-js/sdk';
import type { JsonObject } from '@molecule/adapters';

/** The longest key; a longer one does not fit into the database's columns. */
const MOST_CHARACTERS = 255;

/**
 * The conversation in which a message id is unique: its context. A message without a context may come from a chat of a channel (Telegram,
 * Slack): a platform numbers messages there for each chat, so two chats send the same id. Empty if the message names neither.
 *
 * @param metadata of the message and of its request
 */
export function chatOf({ contextId }: Pick<Message, 'contextId'>, metadata: JsonObject): string {
  if (contextId !== '') return contextId;
  const { channel_id: channel, chat_id: chat } = metadata;
  const names = [channel, chat].map((name) => (typeof name === 'number' ? String(name) : name));
  if (!names.some((name) => typeof name === 'string' && name !== '')) return '';
  const key = `chat ${names.map((name) => (typeof name === 'string' ? encodeURIComponent(name) : '')).join(' ')}`;
  return key.length <= MOST_CHARACTERS ? key : `chat ${createHash('sha256').update(key).digest('hex')}`;
}
