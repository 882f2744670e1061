import { expect, it } from 'vitest';
import { canceledError, orCanceled } from '../../src/index.js';

const reason = { code: 'shutdown', message: 'The process stops.' };

it('has the message of the abort, or a default message', () => {
  expect(canceledError(AbortSignal.abort(reason))).toMatchObject({ code: 'canceled', message: 'The process stops.' });
  expect(canceledError(AbortSignal.abort(null))).toMatchObject({ message: 'The turn was canceled.' });
});

it('ends a wait at the abort; without an abort, the wait ends with the work', async () => {
  const controller = new AbortController();
  expect(await orCanceled(Promise.resolve(1), controller.signal)).toBe(1);
  await expect(orCanceled(Promise.reject(new Error('broken')), controller.signal)).rejects.toThrow('broken');
  const waiting = orCanceled(new Promise(() => {}), controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toMatchObject({ code: 'canceled' });
  await expect(orCanceled(Promise.reject(new Error('late')), controller.signal)).rejects.toMatchObject({
    code: 'canceled',
  });
});
