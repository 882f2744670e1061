import type { Message } from '@a2a-js/sdk';
import type { JsonObject } from '@molecule/adapters';
import { isObject } from '../../support/is-object.js';

/** The extension of kagent with which people approve tool calls and answer questions. Its payload is in the metadata of a message. */
export const HITL_EXTENSION = 'https://kagent.dev/extensions/hitl/v1';

/** What a message says in the extension; undefined if it does not declare the extension. */
export function hitlIn({
  extensions,
  metadata,
}: {
  readonly extensions: readonly string[];
  readonly metadata: Message['metadata'];
}): JsonObject | undefined {
  const payload: unknown = extensions.includes(HITL_EXTENSION) ? metadata?.[HITL_EXTENSION] : undefined;
  return isObject(payload) ? (payload as JsonObject) : undefined;
}

/** The message with a payload of the extension. */
export function withHitl(message: Message, payload: JsonObject): Message {
  return {
    ...message,
    extensions: [...new Set([...message.extensions, HITL_EXTENSION])],
    metadata: { ...message.metadata, [HITL_EXTENSION]: payload },
  };
}
