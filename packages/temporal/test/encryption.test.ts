import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWrapper, type TemporalDevServer, workflowIdFor } from '../src/index.js';
import { Bench, closedStatus } from './support/bench.js';
import { resultOf } from './support/outcome.js';
import { turnInput } from './support/turn-input.js';

const [OLD_KEY, NEW_KEY] = ['an old secret of good length', 'a new secret of good length'];
const SECRET = 'the-secret-of-the-caller';

let bench: Bench;
let server: TemporalDevServer;
let client: Client;

beforeAll(async () => {
  bench = await Bench.create();
  server = await bench.server();
  client = await bench.client(server.address);
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

/** The whole history as text, with decoded payloads. */
async function rawHistory(taskId: string): Promise<string> {
  const history = await client.workflow.getHandle(workflowIdFor(taskId)).fetchHistory();
  return JSON.stringify(history).replaceAll(/"[A-Za-z0-9+/=]{8,}"/g, (text) => Buffer.from(text, 'base64').toString());
}

test('without a key the history is readable, which shows that the next test checks the right place', async () => {
  const wrapper = bench.wrapper(server.address, { workspaceId: 'plain' });
  await wrapper.start();
  const input = turnInput({ text: SECRET }, { workspaceId: 'plain', userInput: SECRET });
  await wrapper.run(input);
  await closedStatus(client, input.taskId);
  const history = await rawHistory(input.taskId);
  expect(history.includes(SECRET)).toBe(true);
});

test('with a key neither input, checkpoint nor answer is readable in Temporal', async () => {
  const wrapper = bench.wrapper(server.address, { workspaceId: 'sealed', server: { encryptionKeys: [OLD_KEY] } });
  await wrapper.start();
  const input = turnInput({ text: SECRET, ticks: 2 }, { workspaceId: 'sealed', userInput: SECRET });
  const outcome = await wrapper.run(input);
  expect(resultOf(outcome).finalText).toBe(SECRET);
  await closedStatus(client, input.taskId);
  const history = await rawHistory(input.taskId);
  expect(history.includes(SECRET)).toBe(false);
  expect(history.includes('binary/encrypted')).toBe(true);
});

test('after a change of keys a turn of the old key is completed if the old key is still listed', async () => {
  const workspaceId = 'rotated';
  const input = turnInput({ text: SECRET, ticks: 60 }, { workspaceId });
  const before = bench.wrapper(server.address, { workspaceId, server: { encryptionKeys: [OLD_KEY] } });
  await before.start();
  const outcome = before.run(input);
  await bench.entry(input.taskId, 'begin');
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await before.stop({ graceMs: 0 });
  expect((await outcome).kind).toBe('handed-over');

  const after = bench.wrapper(server.address, { workspaceId, server: { encryptionKeys: [NEW_KEY, OLD_KEY] } });
  await after.start();
  const resumed = await bench.entry(input.taskId, 'begin', 2);
  expect(resumed.from).toBeGreaterThan(0);
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
});

test('a key that is too weak is refused when the wrapper is created', () => {
  const options = { workspaceId: 'weak', instanceId: 'i', body: bench.body(), logger: console as never };
  expect(() => createWrapper({ ...options, server: { encryptionKeys: ['short'] } })).toThrow(
    expect.objectContaining({ code: 'ENCRYPTION_KEY_INVALID' }),
  );
});
