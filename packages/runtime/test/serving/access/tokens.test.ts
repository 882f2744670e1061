import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../support/a2a-client.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn } from '../../support/wire.js';

const TOKEN = 'ann-token-0123456789';

describe('a server with tokens', () => {
  let runtime: TestRuntime;
  const played = playAdapter();
  beforeAll(async () => {
    runtime = await startTestRuntime({ adapter: played.adapter, environment: { MOLECULE_TOKENS: `ann:${TOKEN}` } });
  });
  afterAll(() => runtime[Symbol.asyncDispose]());

  const routes = [
    'POST /',
    'POST /a2a',
    'POST /message:send',
    'POST /message:stream',
    'GET /tasks',
    'GET /tasks/x',
    'POST /tasks/x:cancel',
    'GET /tasks/x:subscribe',
    'GET /extendedAgentCard',
    'POST /v1/message:send',
    'GET /v1/tasks/x',
    'GET /v1/card',
    'GET /nowhere',
    'DELETE /tasks/x/pushNotificationConfigs/y',
  ];
  const strangers: readonly (readonly [name: string, authorization: string | undefined])[] = [
    ['nobody', undefined],
    ['an empty token', 'Bearer '],
    ['a wrong token', 'Bearer wrong-token-0123456789'],
    ['a token with one letter more', `Bearer ${TOKEN}x`],
    ['a token with one letter less', `Bearer ${TOKEN.slice(0, -1)}`],
    ['the owner instead of the token', 'Bearer ann'],
    ['the setting instead of the token', `Bearer ann:${TOKEN}`],
    ['another scheme', `Basic ${Buffer.from(`ann:${TOKEN}`).toString('base64')}`],
    ['the bare token', TOKEN],
    ['two tokens', `Bearer ${TOKEN} ${TOKEN}`],
  ];

  it.each(strangers)('refuses %s on every path', async (_name, authorization) => {
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
      const response = await fetch(`${runtime.url}${path}`, {
        method,
        headers,
        ...(method === 'POST' && { body: '{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":"x"}}' }),
      });
      expect(response.status, route).toBe(401);
      expect(response.headers.get('www-authenticate'), route).toBe('Bearer');
      expect(codeIn(await response.json()), route).toBe('UNAUTHENTICATED');
    }
    expect(played.turns).toHaveLength(0);
  });

  it('accepts the token with the scheme in any case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const headers = { 'a2a-version': '1.0', authorization: `${scheme} ${TOKEN}` };
      expect((await fetch(`${runtime.url}/tasks`, { headers })).status).toBe(200);
    }
  });

  it('serves its card and its health without a token', async () => {
    for (const path of ['/.well-known/agent-card.json', '/healthz', '/readyz']) {
      expect((await fetch(`${runtime.url}${path}`)).status, path).toBe(200);
    }
  });

  it('declares its scheme in the form of both versions', async () => {
    expect(await cardOf(runtime.url, '1.0')).toMatchObject({
      securitySchemes: { bearer: { type: 'http', scheme: 'Bearer', httpAuthSecurityScheme: { scheme: 'Bearer' } } },
      security: [{ bearer: [] }],
      capabilities: { extendedAgentCard: true },
      supportsAuthenticatedExtendedCard: true,
    });
  });

  it('names its engine only on the extended card', async () => {
    const open = JSON.stringify(await cardOf(runtime.url, '1.0'));
    expect(open).not.toContain('Runs on');
    const client = await connect(runtime.url, { token: TOKEN });
    const extended = await client.getAgentCard();
    expect(extended.skills.map(({ id }) => id)).toContain('engine');
  });
});

describe('a server without tokens', () => {
  let runtime: TestRuntime;
  beforeAll(async () => {
    runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  });
  afterAll(() => runtime[Symbol.asyncDispose]());

  it('declares no scheme, and has no extended card', async () => {
    const card = await cardOf(runtime.url, '1.0');
    expect(card['securitySchemes'] ?? {}).toEqual({});
    expect(card['securityRequirements'] ?? []).toEqual([]);
    expect(card['capabilities']).toMatchObject({ streaming: true, extendedAgentCard: false });
    const response = await fetch(`${runtime.url}/extendedAgentCard`, { headers: { 'a2a-version': '1.0' } });
    expect(codeIn(await response.json())).toBe('EXTENDED_CARD_OFF');
  });

  it('names its own address on the card, for every binding and version', async () => {
    const { supportedInterfaces } = (await cardOf(runtime.url, '1.0')) as {
      supportedInterfaces: { url: string; protocolBinding: string; protocolVersion: string }[];
    };
    const offered = supportedInterfaces.map((one) => `${one.protocolBinding} ${one.protocolVersion}`);
    expect(offered.sort()).toEqual(['HTTP+JSON 0.3', 'HTTP+JSON 1.0', 'JSONRPC 0.3', 'JSONRPC 1.0']);
    for (const { url } of supportedInterfaces) expect(url.startsWith(runtime.url)).toBe(true);
  });

  it('listens on loopback', () => {
    expect(runtime.url).toContain('127.0.0.1');
  });
});

async function cardOf(url: string, version: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/.well-known/agent-card.json`, { headers: { 'a2a-version': version } });
  expect(response.headers.get('content-type')).toContain('application/json');
  return (await response.json()) as Record<string, unknown>;
}
