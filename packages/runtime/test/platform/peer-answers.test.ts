import { expect, test, vi } from 'vitest';
import { type PlatformApi, PlatformError } from '../../src/platform/api/platform-api.js';
import { PeerAnswers } from '../../src/platform/reports/peer-answers.js';
import type { UntoldAnswer, UntoldAnswers } from '../../src/tasks/log/untold-answers.js';
import { recordingLogger } from '../support/recording-logger.js';
import { until } from '../support/until.js';
import { logFile } from '../tasks/log/open-log.js';

const DAY_MS = 86_400_000;

function answerFor(peer: string, id: string, at = Date.now()): UntoldAnswer {
  return { id, at, taskId: 't', messageId: `m-${id}`, answerTo: `peer:${peer}`, text: 'an answer', isInDoubt: false };
}

/** Sends to a platform that fails with an error, or succeeds. */
function sender(error?: PlatformError, repeats = false) {
  const { logger, lines } = recordingLogger();
  const call = vi.fn(async () => {
    if (error) throw error;
    return null;
  });
  const told = vi.fn(async (_id: string) => {});
  const answers = new PeerAnswers({
    api: { call } as unknown as PlatformApi,
    workspaceId: 'w',
    untold: { told } as unknown as UntoldAnswers,
    answersRepeats: async () => repeats,
    logger,
  });
  const begin = (answer: UntoldAnswer) => answers.begin(answer, new AbortController().signal);
  return { begin, call, told, lines };
}

test('a peer that cannot be reached keeps neither the person nor another peer waiting', async () => {
  await using file = await logFile();
  const { untoldAnswers } = await file.open();
  for (let count = 0; count < 30; count++) {
    await untoldAnswers.refused(`a-${count}`, { messageId: 'm', answerTo: 'peer:gone', text: 'an answer' });
  }
  await untoldAnswers.refused('b', { messageId: 'm', answerTo: 'peer:there', text: 'an answer' });
  await untoldAnswers.refused('c', { messageId: 'm', answerTo: 'polled', text: 'an answer' });
  expect((await untoldAnswers.next(20)).map(({ id }) => id)).toEqual(['c']);
  const forPeers = await untoldAnswers.nextForPeers(4);
  expect(forPeers.map(({ answerTo }) => answerTo).sort()).toEqual([...Array(4).fill('peer:gone'), 'peer:there']);
});

test('an answer that could not be sent for a day is given up', async () => {
  const { begin, told, lines } = sender(new PlatformError('busy', { status: 503 }));
  begin(answerFor('p', 'new'));
  begin(answerFor('p', 'old', Date.now() - DAY_MS - 1));
  await until('the end', () => told.mock.calls.length > 0);
  expect(told.mock.calls).toEqual([['old']]);
  expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { message: expect.stringMatching(/for a day/) },
  ]);
});

test('an answer that may have arrived is sent again only to a peer that takes it once', async () => {
  const timeout = new PlatformError('no answer in time', { isTimeout: true });
  const [once, again] = [sender(timeout), sender(timeout, true)];
  once.begin(answerFor('p', 'a'));
  again.begin(answerFor('p', 'a'));
  await until('the end', () => once.told.mock.calls.length > 0);
  await until('the failure', () => again.lines.some(({ message }) => /waits/.test(message)));
  expect(again.told).not.toHaveBeenCalled();
});

test('one peer gets ten answers in ten minutes, and the log says once that others wait', async () => {
  const { begin, call, told, lines } = sender();
  for (let count = 0; count < 15; count++) begin(answerFor('p', String(count)));
  begin(answerFor('q', 'other'));
  await until('all', () => told.mock.calls.length === 11);
  expect(call).toHaveBeenCalledTimes(11);
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
});
