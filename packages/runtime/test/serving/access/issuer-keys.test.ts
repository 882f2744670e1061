import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@molecule/adapters';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IssuedTokens } from '../../../src/serving/access/oidc/issued-tokens.js';
import { AUDIENCE, newKey, type SigningKey, signed } from '../../support/oidc-server.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An issuer whose answers a test decides. */
let issuer: string;
let keys: SigningKey[];
let fetched: number;
let isDown: boolean;
let configuration: Record<string, unknown>;
let time: number;
let stop: () => Promise<unknown>;

beforeEach(async () => {
  [keys, fetched, isDown, time] = [[newKey()], 0, false, 0];
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (isDown) response.statusCode = 503;
    if (request.url !== '/jwks') return void response.end(JSON.stringify(configuration));
    fetched += 1;
    response.end(
      JSON.stringify({ keys: keys.map(({ id, shared }) => ({ ...shared.export({ format: 'jwk' }), kid: id })) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  configuration = { issuer, jwks_uri: `${issuer}/jwks` };
  stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
});
afterEach(() => stop());

function verifier(): (key: SigningKey) => Promise<string> {
  const settings = {
    issuers: [issuer],
    audiences: [AUDIENCE],
    ownerClaim: 'sub',
    scopeClaims: ['scope'],
    scopePrefix: '',
    defaultScopes: new Set<never>(),
  };
  const tokens = new IssuedTokens(settings, silentLogger, { now: () => time });
  return async ({ id, secret }) => {
    const claims = { iss: issuer, aud: AUDIENCE, sub: 'ann', exp: Date.now() / 1_000 + 300 };
    const identity = await tokens.identify(signed({ alg: 'RS256', kid: id }, claims, secret), undefined);
    return 'principal' in identity ? 'known' : identity.refusal.reason;
  };
}

it('keys are kept for an hour', async () => {
  const [key] = keys as [SigningKey];
  const identify = verifier();
  for (const at of [0, 30 * MINUTE, HOUR - 1]) {
    time = at;
    expect(await identify(key)).toBe('known');
  }
  expect(fetched).toBe(1);
  time = HOUR;
  expect(await identify(key)).toBe('known');
  expect(fetched).toBe(2);
});

it('a key that the issuer has withdrawn is refused after that hour', async () => {
  const [old] = keys as [SigningKey];
  const identify = verifier();
  expect(await identify(old)).toBe('known');
  keys = [newKey()];
  time = HOUR;
  expect(await identify(old)).toBe('unknown-key');
});

it('calls at the same time fetch the keys once', async () => {
  const [key] = keys as [SigningKey];
  const identify = verifier();
  expect(await Promise.all(Array.from({ length: 20 }, () => identify(key)))).toEqual(Array(20).fill('known'));
  expect(fetched).toBe(1);
});

it('an unknown key is looked for once a minute', async () => {
  const [key] = keys as [SigningKey];
  const identify = verifier();
  await identify(key);
  const unknown = newKey();
  for (let count = 0; count < 5; count += 1) expect(await identify(unknown)).toBe('unknown-key');
  expect(fetched).toBe(2);
  time = MINUTE;
  keys = [key, unknown];
  expect(await identify(unknown)).toBe('known');
  expect(fetched).toBe(3);
});

it('while the issuer is down, the keys from before are used for a day, and it is asked every ten seconds', async () => {
  const [key] = keys as [SigningKey];
  const identify = verifier();
  await identify(key);
  isDown = true;
  for (const at of [HOUR, 2 * HOUR, 23 * HOUR]) {
    time = at;
    expect(await identify(key), String(at)).toBe('known');
  }
  time = 24 * HOUR;
  expect(await identify(key)).toBe('issuer-unavailable');
  isDown = false;
  expect(await identify(key)).toBe('issuer-unavailable');
  time += 10_000;
  expect(await identify(key)).toBe('known');
});

it.each([
  ['the configuration of another issuer', () => ({ issuer: 'https://other.example.com', jwks_uri: `${issuer}/jwks` })],
  ['no place of keys', () => ({ issuer })],
  ['a place that is not on the web', () => ({ issuer, jwks_uri: 'file:///etc/passwd' })],
])('%s gives no keys', async (_name, make) => {
  configuration = make();
  expect(await verifier()((keys as [SigningKey])[0])).toBe('issuer-unavailable');
  expect(fetched).toBe(0);
});
