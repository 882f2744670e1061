import { expect, it } from 'vitest';
import { answerOf, connect, data, send } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

it('a schema that never ends holds up nobody else, and its answer is not taken', { timeout: 60_000 }, async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const client = await connect(runtime.url);
  const schema = { type: 'string', pattern: '^(a+)+$' };
  const form = { type: 'input-required', requestId: 'form', request: 'question', prompt: 'How?', schema } as const;
  const { id } = await send(client, play({ event: form }));
  const parts = [{ data: { requestId: 'form', data: `${'a'.repeat(60)}!` } }];
  let isOver = false;
  const hostile = rpc(runtime.url, 'SendMessage', wireMessage('', { taskId: id, parts })).finally(() => {
    isOver = true;
  });
  expect(answerOf(await send(client, 'hello'))).toBe('echo: hello');
  expect(isOver).toBe(false);
  const { body } = await hostile;
  expect([codeIn(body), body.error?.message]).toEqual(['FORM_NOT_CHECKED', expect.stringContaining('10 s')]);
  const right = data({ requestId: 'form', data: 'aaa' });
  expect(answerOf(await send(client, '', { taskId: id, parts: [right] }))).toBe('answered: "aaa"');
});
