import { expect, it } from 'vitest';
import { begin, cancelTask, connect, stateOf } from '../support/a2a-client.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { codeIn, rpc } from '../support/wire.js';

it('a second cancel returns the canceled task in 1.0, and is an error in 0.3', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const client = await connect(runtime.url);
  const { id } = await begin(client, play({ gate: 'never' }));
  await cancelTask(client, id);
  expect(stateOf(await cancelTask(client, id))).toBe('canceled');
  for (const version of ['0.3', '']) {
    const { body } = await rpc(runtime.url, 'tasks/cancel', { id }, { 'a2a-version': version });
    expect(body.error?.code).toBe(-32002);
  }
});

it('of many simultaneous 0.3 cancels one succeeds', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const { id } = await begin(await connect(runtime.url), play({ gate: 'never' }));
  const cancel = () => rpc(runtime.url, 'tasks/cancel', { id }, { 'a2a-version': '0.3' });
  const replies = await Promise.all(Array.from({ length: 8 }, cancel));
  const codes = replies.map(({ body }) => body.error?.code);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(codes.filter((code) => code === -32002)).toHaveLength(7);
});

it('a missing extended card is refused with the error of each version', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const current = await rpc(runtime.url, 'GetExtendedAgentCard', {});
  expect(current.body.error?.code).toBe(-32004);
  expect(codeIn(current.body)).toBe('EXTENDED_CARD_OFF');
  const legacy = await rpc(runtime.url, 'agent/getAuthenticatedExtendedCard', {}, { 'a2a-version': '0.3' });
  expect(legacy.body.error?.code).toBe(-32007);
});

it('a list of tasks has the page size that was used, not the number of tasks', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  await begin(await connect(runtime.url), 'hello');
  const asked = await rpc(runtime.url, 'ListTasks', { pageSize: 20 });
  expect(asked.body.result).toMatchObject({ pageSize: 20, totalSize: 1 });
  const standard = await rpc(runtime.url, 'ListTasks', {});
  expect(standard.body.result).toMatchObject({ pageSize: 50, totalSize: 1 });
});
