import { createHash } from 'node:crypto';
import { setImmediate as nextTick } from 'node:timers/promises';
import { Message, type Part } from '@a2a-js/sdk';
import { isObject } from '../../support/is-object.js';
import type { MessageKey } from '../../tasks/log/messages.js';
import type { Sender } from './sender.js';

/** Bytes of a file that are hashed at once; between two pieces other work continues. A multiple of 3, so that no piece is padded. */
const PIECE_BYTES = 3 * 256 * 1024;

/** What identifies a message that is sent again. */
export async function keyOf(message: Message, contextKey: string, { owner }: Sender): Promise<MessageKey> {
  return { owner, contextKey, messageId: message.messageId, digest: await digestOf(message) };
}

/**
 * Digest of the content; finds a `messageId` that was used twice. The id itself is not part of it, nor are the task and context
 * that the server adds. The bytes of files count as base64, as in the message's JSON, but no text of all of it is made.
 */
export async function digestOf(message: Message): Promise<string> {
  const files: Uint8Array[] = [];
  // A random text stands for each file, so that nothing in the message can be taken for it.
  const nonce = crypto.randomUUID();
  const light = { ...message, parts: message.parts.map((part) => withoutBytes(part, files, nonce)) };
  const { parts, role, metadata, extensions, referenceTaskIds } = Message.toJSON(light) as Record<string, unknown>;
  const texts = canonical({ parts, role, metadata, extensions, referenceTaskIds }).split(base64(nonce));
  const hash = createHash('sha256');
  for (const [index, text] of texts.entries()) {
    hash.update(text);
    const file = files[index];
    for (let at = 0; file && at < file.byteLength; at += PIECE_BYTES) {
      hash.update(base64(file.subarray(at, at + PIECE_BYTES)));
      if (file.byteLength > PIECE_BYTES) await nextTick();
    }
  }
  return hash.digest('hex');
}

function withoutBytes(part: Part, files: Uint8Array[], nonce: string): Part {
  if (part.content?.$case !== 'raw') return part;
  files.push(part.content.value);
  return { ...part, content: { $case: 'raw', value: Buffer.from(nonce) } };
}

function base64(content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** JSON with sorted keys, so that equal content has equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(
          Object.keys(inner)
            .sort()
            .map((key) => [key, inner[key]]),
        )
      : inner,
  );
}
