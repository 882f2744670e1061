import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, connect, send, sending, stateOf, textOf } from '../support/a2a-client.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { kitAdapter } from './kit-adapter.js';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime({ adapter: kitAdapter });
});
afterAll(() => runtime[Symbol.asyncDispose]());

it.each([
  ['tck-complete-task', 'completed', 'Hello from TCK'],
  ['tck-artifact-text', 'completed', 'Generated text content'],
  ['tck-artifact-file', 'completed', ''],
  ['tck-input-required', 'input_required', ''],
  ['auth-test-msg', 'auth_required', ''],
  ['tck-reject-task', 'rejected', ''],
  ['tck-stream-artifact-chunked', 'completed', 'chunk-1 chunk-2'],
  ['anything-else', 'input_required', 'echo: hello'],
])('a message %s ends %s', async (prefix, state, answer) => {
  const client = await connect(runtime.url);
  const task = await send(client, 'hello', { messageId: `${prefix}-${crypto.randomUUID()}` });
  expect(stateOf(task)).toBe(state);
  expect(answerOf(task)).toBe(answer);
});

it('a message tck-artifact-data makes an artifact of data', async () => {
  const client = await connect(runtime.url);
  const { artifacts } = await send(client, 'hello', { messageId: `tck-artifact-data-${crypto.randomUUID()}` });
  const contents = artifacts.flatMap(({ parts }) => parts.map(({ content }) => content));
  expect(contents).toEqual([{ $case: 'data', value: { key: 'value', count: 42 } }]);
});

it('a message tck-message-response is answered with a message', async () => {
  const client = await connect(runtime.url);
  const result = await client.sendMessage(
    sending('hello', { messageId: `tck-message-response-${crypto.randomUUID()}` }),
  );
  if (!('messageId' in result)) throw new Error('The answer is no message.');
  expect(textOf(result.parts)).toBe('Direct message response');
});
