import { expect, it } from 'vitest';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';

function fetchCard(runtime: TestRuntime, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${runtime.url}/.well-known/agent-card.json`, { headers });
}

it('each version of the protocol gets its own card, and caches are told what it depends on', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const current = await fetchCard(runtime, { 'a2a-version': '1.0' });
  const legacy = await fetchCard(runtime);
  expect(await current.json()).not.toHaveProperty('url');
  expect(await legacy.json()).toMatchObject({ url: `${runtime.url}/`, preferredTransport: 'JSONRPC' });
  for (const { headers } of [current, legacy]) {
    expect(headers.get('vary')).toBe('A2A-Version');
    expect(headers.get('cache-control')).toContain('max-age');
    expect(Date.parse(headers.get('last-modified') ?? '')).toBeLessThanOrEqual(Date.now());
  }
  expect(current.headers.get('etag')).not.toBe(legacy.headers.get('etag'));
});

it('a card that has not changed is not sent again', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  for (const version of ['1.0', '0.3']) {
    const first = await fetchCard(runtime, { 'a2a-version': version });
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';
    // Node's fetch answers conditional requests from its own cache unless it is told not to look there.
    const headers = { 'a2a-version': version, 'cache-control': 'max-age=0' };
    expect((await fetchCard(runtime, { ...headers, 'if-none-match': etag })).status).toBe(304);
    expect((await fetchCard(runtime, { ...headers, 'if-modified-since': modified })).status).toBe(304);
    expect((await fetchCard(runtime, { ...headers, 'if-none-match': '"other"' })).status).toBe(200);
  }
});
