import { expect, it } from 'vitest';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';

function fetchCard(runtime: TestRuntime, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${runtime.url}/.well-known/agent-card.json`, { headers });
}

/** A card that the official clients in Go (both parsers), Java, Rust, Python (1.3, 0.3.26) and JavaScript were seen to read. */
const WITH_TOKENS = {
  preferredTransport: 'JSONRPC',
  protocolVersion: '0.3',
  capabilities: {
    streaming: true,
    pushNotifications: true,
    extendedAgentCard: true,
    extensions: [
      'urn:molecule:file-urls:v1',
      'urn:molecule:event-position:v1',
      'https://kagent.dev/extensions/hitl/v1',
    ].map((uri) => ({ uri, description: expect.any(String), required: false })),
  },
  supportsAuthenticatedExtendedCard: true,
  security: [{ bearer: [] }],
  securitySchemes: {
    bearer: {
      type: 'http',
      scheme: 'Bearer',
      description: 'A token from the operator of this agent.',
      httpAuthSecurityScheme: { scheme: 'Bearer', description: 'A token from the operator of this agent.' },
    },
  },
};

it('clients in Go, Java and Rust, which send no version, find the security schemes of 1.0 on the card of an agent with tokens', async () => {
  const environment = { MOLECULE_TOKENS: 'ann:ann-token-0123456789' };
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
  const { url } = runtime;
  const cards = await Promise.all(
    [{}, { 'a2a-version': '1.0' }, { 'a2a-version': '0.3' }, { 'a2a-version': '1.0.1' }].map(async (headers) =>
      (await fetchCard(runtime, headers)).json(),
    ),
  );
  const [card] = cards as [Record<string, unknown>];
  for (const other of cards) expect(other).toEqual(card);
  expect(card).toEqual({
    ...WITH_TOKENS,
    name: 'Test',
    description: 'A test.',
    version: '1.0.0',
    url: `${url}/`,
    additionalInterfaces: [{ url, transport: 'HTTP+JSON' }],
    supportedInterfaces: ['1.0', '0.3'].flatMap((protocolVersion) => [
      { url: `${url}/`, protocolBinding: 'JSONRPC', tenant: '', protocolVersion },
      { url, protocolBinding: 'HTTP+JSON', tenant: '', protocolVersion },
    ]),
    defaultInputModes: expect.arrayContaining(['text/plain', 'image/png']),
    defaultOutputModes: expect.arrayContaining(['text/plain']),
    skills: [{ id: 'chat', name: 'Test', description: 'A test.', tags: ['chat'] }],
    signatures: [{ protected: expect.any(String), signature: expect.any(String) }],
  });
});

it('a validator of media types finds no wildcard on the card', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  expect(JSON.stringify(await (await fetchCard(runtime)).json())).not.toContain('/*');
});

it('the card has the maximum age for caches', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const { headers } = await fetchCard(runtime);
  expect(headers.get('content-type')).toContain('application/json');
  expect(headers.get('cache-control')).toContain('max-age');
  expect(Date.parse(headers.get('last-modified') ?? '')).toBeLessThanOrEqual(Date.now());
});

it('a card that has not changed is not sent again', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  for (const version of ['1.0', '0.3']) {
    const first = await fetchCard(runtime, { 'a2a-version': version });
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';
    // Node's fetch answers conditional requests from its own cache unless the cache is disabled.
    const headers = { 'a2a-version': version, 'cache-control': 'max-age=0' };
    expect((await fetchCard(runtime, { ...headers, 'if-none-match': etag })).status).toBe(304);
    expect((await fetchCard(runtime, { ...headers, 'if-modified-since': modified })).status).toBe(304);
    expect((await fetchCard(runtime, { ...headers, 'if-none-match': '"other"' })).status).toBe(200);
  }
});
