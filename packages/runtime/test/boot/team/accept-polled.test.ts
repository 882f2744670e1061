import type { SendMessageRequest } from '@a2a-js/sdk';
import { expect, test, vi } from 'vitest';
import { acceptPolled } from '../../../src/boot/team/accept-polled.js';
import type { PolledMessage } from '../../../src/platform/polling/polled-message.js';
import { StorageError } from '../../../src/tasks/storage/storage-error.js';
import { recordingLogger } from '../../support/recording-logger.js';

function message(metadata: object = {}): PolledMessage {
  const request = { tenant: '', message: undefined, configuration: undefined, metadata } as SendMessageRequest;
  return { request, messageId: 'm', answerTo: 'polled' };
}

function failingWith(error: Error) {
  const { logger, lines } = recordingLogger();
  const accept = vi.fn(async () => Promise.reject(error));
  return { accept: acceptPolled({ accept, synced: async () => {} }, 'platform', logger), lines };
}

test('a message that fails for an unknown reason is refused at the third try, and the log says why', async () => {
  const { accept, lines } = failingWith(new RangeError('a fault'));
  await expect(accept(message())).rejects.toThrow('a fault');
  await expect(accept(message())).rejects.toThrow('a fault');
  expect(await accept(message())).toMatch(/^The task was refused: /);
  expect(lines).toMatchObject([{ level: 'error', fields: { messageId: 'm', tries: 3 } }]);
});

test('a message that cannot be stored waits', async () => {
  const { accept } = failingWith(new StorageError('STORAGE_FULL', 'full'));
  for (let count = 0; count < 5; count++) await expect(accept(message())).rejects.toThrow('full');
});

test('a message has the bounds of requests over HTTP', async () => {
  const { accept, lines } = failingWith(new Error('not to be called'));
  let deep: object = {};
  for (let count = 0; count < 10_000; count++) deep = { deep };
  expect(await accept(message(deep))).toMatch(/nests deeper than 100/);
  const many = { list: Array.from({ length: 100_001 }, () => 0) };
  expect(await accept(message(many))).toMatch(/more than 100000 values/);
  expect(lines).toEqual([]);
});
