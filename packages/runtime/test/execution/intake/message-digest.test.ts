import { createHash } from 'node:crypto';
import { Message, type Part } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { digestOf } from '../../../src/execution/intake/message-digest.js';
import { userMessage } from '../../../src/tasks/events/a2a-events.js';

function raw(value: Buffer, filename = 'a.bin'): Part {
  return { content: { $case: 'raw', value }, filename, mediaType: 'image/png', metadata: undefined };
}

const text: Part = { content: { $case: 'text', value: 'see "raw"' }, filename: '', mediaType: '', metadata: undefined };

/** The digest as version 0.1.0 made it, of the whole JSON: a message that it has stored is still the same message. */
function digestBefore(message: Message): string {
  const { parts, role, metadata, extensions, referenceTaskIds } = Message.toJSON(message) as Record<string, unknown>;
  const sorted = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value;
  const json = JSON.stringify({ parts, role, metadata, extensions, referenceTaskIds }, sorted);
  return createHash('sha256').update(json).digest('hex');
}

it.each([
  ['no file', [text]],
  ['a short file', [text, raw(Buffer.from([1, 2]))]],
  ['an empty file', [raw(Buffer.alloc(0)), text]],
  ['files of several pieces', [raw(Buffer.alloc(2_000_000, 'x')), text, raw(Buffer.alloc(786_432, 'y'), 'b.bin')]],
])('the digest of a message with %s is that of earlier versions', async (_name, parts) => {
  const message = userMessage(parts, { metadata: { b: 1, a: { d: [1], c: null } } });
  expect(await digestOf(message)).toBe(digestBefore(message));
});

it('messages that differ in one byte of a file, or in its name, have different digests', async () => {
  const bytes = Buffer.alloc(1_000_000, 'x');
  const other = Buffer.from(bytes);
  other[999_999] = 1;
  const messages = [raw(bytes), raw(other), raw(bytes, 'b.bin')].map((part) => userMessage([part]));
  expect(new Set(await Promise.all(messages.map(digestOf))).size).toBe(3);
});
