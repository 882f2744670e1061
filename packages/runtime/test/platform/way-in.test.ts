import { expect, test } from 'vitest';
import { answerIn } from '../support/fake-activities.js';
import { startFakePlatform } from '../support/fake-platform.js';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const EVERYWHERE = { MOLECULE_HOST: '0.0.0.0' };
const HI = { message: { parts: [{ kind: 'text', text: 'hi' }] } };

function statusOf(url: string): Promise<number> {
  const params = { message: { kind: 'message', messageId: 'm', role: 'user', parts: [{ kind: 'text', text: 'hi' }] } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'message/send', params });
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body }).then(({ status }) => status);
}

// Source: templates set MOLECULE_HOST=0.0.0.0, and the proxy passes on no Authorization.
test.each([
  ['a container without tokens', EVERYWHERE],
  ['an agent with tokens', { MOLECULE_TOKENS: 'alice:a-token-of-some-length' }],
])('%s is open to its platform only, under an address that stays', async (_name, environment) => {
  await using platform = await startFakePlatform();
  const played = playAdapter();
  await using first = await startTestRuntime({
    adapter: played.adapter,
    environment: { ...environment, PLATFORM_URL: platform.url, WORKSPACE_ID: ID },
  });
  await until('the registration', () => platform.registered.has(ID));
  const registered = () => new URL(platform.registered.get(ID)?.url ?? '').pathname;
  const way = registered();
  expect(way).toMatch(/^\/from-platform\/[\w-]{43}$/);
  const at = `http://127.0.0.1:${new URL(platform.registered.get(ID)?.url ?? '').port}`;
  expect(await statusOf(at)).toBe(401);
  expect(await statusOf(`${at}/from-platform/wrong`)).toBe(401);
  expect(answerIn((await platform.proxy.send(ID, HI)).body)).toBe('echo: hi');
  // The card that others see does not have it.
  expect(JSON.stringify(platform.registered.get(ID)?.agent_card)).not.toContain('from-platform');
  platform.registered.delete(ID);
  await using _second = await first.restart();
  await until('the next registration', () => platform.registered.has(ID));
  expect(registered()).toBe(way);
});

test('a container whose id no platform accepts does not start without tokens', async () => {
  const environment = { ...EVERYWHERE, PLATFORM_URL: 'http://localhost:9', WORKSPACE_ID: 'my-agent' };
  const started = startTestRuntime({ adapter: playAdapter().adapter, environment });
  await expect(started).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('a token that the platform has issued before the first start is used, from the environment and from its provisioner', async () => {
  await using platform = await startFakePlatform();
  platform.tokens.set(ID, 'issued-before-the-start');
  const environment = {
    PLATFORM_URL: platform.url,
    WORKSPACE_ID: ID,
    MOLECULE_WORKSPACE_TOKEN: 'issued-before-the-start',
  };
  await using _runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
  await until('the heartbeat', () => platform.of('/registry/heartbeat').some(({ status }) => status === 200));
});
