import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AUDIENCE, newKey, type OidcServer, signed, startOidcServer } from '../../support/oidc-server.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn } from '../../support/wire.js';

const OWN = 'ann-token-0123456789';
/** The clocks of two machines may differ by half a minute. */
const LATER = 120;

let issuer: OidcServer;
let runtime: TestRuntime;
const played = playAdapter();

beforeAll(async () => {
  issuer = await startOidcServer();
  runtime = await startTestRuntime({
    adapter: played.adapter,
    environment: {
      MOLECULE_TOKENS: `ann:${OWN}`,
      MOLECULE_OIDC_ISSUER: issuer.issuer,
      MOLECULE_OIDC_AUDIENCE: AUDIENCE,
    },
  });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const now = () => Math.floor(Date.now() / 1_000);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const publicPem = () => issuer.key.shared.export({ type: 'spki', format: 'pem' }).toString();

/** A token with a signature that anybody can make who knows `secret`. */
function symmetric(secret: string): string {
  const body = `${base64({ alg: 'HS256', kid: issuer.key.id })}.${base64(issuer.claims())}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

function withClaims(claims: unknown): string {
  return signed({ alg: 'RS256', kid: issuer.key.id }, claims, issuer.key.secret);
}

function without(claim: string): string {
  const { [claim]: _, ...rest } = issuer.claims();
  return withClaims(rest);
}

const FAULTY: readonly (readonly [name: string, make: () => string, reason: string])[] = [
  ['no signature', () => `${base64({ alg: 'none' })}.${base64(issuer.claims())}.`, 'algorithm-not-allowed'],
  [
    'no signature, in other letters',
    () => `${base64({ alg: 'nOnE' })}.${base64(issuer.claims())}.`,
    'algorithm-not-allowed',
  ],
  ['no algorithm', () => `${base64({ typ: 'JWT' })}.${base64(issuer.claims())}.eA`, 'algorithm-not-allowed'],
  ['a MAC with the public key as PEM', () => symmetric(publicPem()), 'algorithm-not-allowed'],
  [
    'a MAC with the public key as JWK',
    () => symmetric(JSON.stringify(issuer.key.shared.export({ format: 'jwk' }))),
    'algorithm-not-allowed',
  ],
  ['a MAC with an empty key', () => symmetric(''), 'algorithm-not-allowed'],
  ['the algorithm of another kind of key', () => issuer.forge({}, { alg: 'ES256' }), 'unknown-key'],
  ['another issuer', () => issuer.forge({ iss: 'https://other.example.com' }), 'unknown-issuer'],
  ['the issuer with a slash', () => issuer.forge({ iss: `${issuer.issuer}/` }), 'unknown-issuer'],
  ['a list of issuers', () => issuer.forge({ iss: [issuer.issuer] }), 'unknown-issuer'],
  ['no issuer', () => without('iss'), 'unknown-issuer'],
  ['another audience', () => issuer.forge({ aud: 'urn:test:other' }), 'wrong-audience'],
  ['an audience that only begins so', () => issuer.forge({ aud: `${AUDIENCE}x` }), 'wrong-audience'],
  ['no audience', () => without('aud'), 'wrong-audience'],
  ['two audiences', () => issuer.forge({ aud: [AUDIENCE, 'urn:test:other'] }), 'meant-for-others-too'],
  ['an end in the past', () => issuer.forge({ exp: now() - LATER }), 'expired'],
  ['no end', () => without('exp'), 'no-expiry'],
  ['an end as text', () => issuer.forge({ exp: String(now() + 300) }), 'malformed-claim'],
  ['a beginning in the future', () => issuer.forge({ nbf: now() + LATER }), 'not-yet-valid'],
  ['a beginning as text', () => issuer.forge({ nbf: 'now' }), 'malformed-claim'],
  ['an issue in the future', () => issuer.forge({ iat: now() + LATER }), 'issued-in-the-future'],
  ['no subject', () => without('sub'), 'no-subject'],
  ['an empty subject', () => issuer.forge({ sub: '' }), 'no-subject'],
  ['a number as the subject', () => issuer.forge({ sub: 7 }), 'no-subject'],
  ['a line end in the subject', () => issuer.forge({ sub: 'ann\nbob' }), 'no-subject'],
  ['a very long subject', () => issuer.forge({ sub: 'a'.repeat(300) }), 'no-subject'],
  ['a key that nobody has', () => issuer.forge({}, { kid: 'nobody' }), 'unknown-key'],
  ['the signature of another key', () => issuer.forge({}, {}, newKey().secret), 'wrong-signature'],
  ['a signature cut off', () => `${issuer.forge().split('.', 2).join('.')}.`, 'wrong-signature'],
  ['other claims under the signature', () => otherClaims(issuer.forge()), 'wrong-signature'],
  ['a critical header', () => issuer.forge({}, { crit: ['exp'] }), 'critical-header'],
  ['an unencoded payload', () => issuer.forge({}, { crit: ['b64'], b64: false }), 'critical-header'],
  ['a key of its own', () => withOwnKey('jwk'), 'key-in-header'],
  ['the address of a key of its own', () => issuer.forge({}, { jku: 'http://127.0.0.1:9/jwks' }), 'key-in-header'],
  ['a certificate of its own', () => issuer.forge({}, { x5c: ['MIIB'] }), 'key-in-header'],
  ['the address of a certificate', () => issuer.forge({}, { x5u: 'http://127.0.0.1:9/cert' }), 'key-in-header'],
  ['the type of a token for signing out', () => issuer.forge({}, { typ: 'logout+jwt' }), 'wrong-token-type'],
  ['the type of a proof of a key', () => issuer.forge({}, { typ: 'dpop+jwt' }), 'wrong-token-type'],
  ['a key that only its holder may use', () => issuer.forge({ cnf: { jkt: 'abc' } }), 'bound-to-another-key'],
  [
    'a certificate that only its holder may use',
    () => issuer.forge({ cnf: { 'x5t#S256': 'abc' } }),
    'bound-to-another-key',
  ],
  ['more characters than any token', () => issuer.forge({ more: 'x'.repeat(9_000) }), 'token-too-long'],
  ['five parts', () => `${issuer.forge()}.a.b`, 'encrypted-token'],
  ['two parts', () => issuer.forge().split('.', 2).join('.'), 'unknown-token'],
  ['a list as claims', () => withClaims([1]), 'malformed-token'],
  ['a header that is no JSON', () => `bm8.${base64(issuer.claims())}.eA`, 'malformed-token'],
];

function otherClaims(token: string): string {
  const [header, , signature] = token.split('.');
  return `${header}.${base64({ ...issuer.claims(), sub: 'bob' })}.${signature}`;
}

function withOwnKey(name: string): string {
  const own = newKey();
  return issuer.forge({}, { [name]: own.shared.export({ format: 'jwk' }) }, own.secret);
}

it.each(FAULTY)('a token with %s is refused', async (_name, make, reason) => {
  const token = make();
  const before = runtime.logs.length;
  const response = await fetch(`${runtime.url}/tasks`, {
    headers: { 'a2a-version': '1.0', authorization: `Bearer ${token}` },
  });
  const body = await response.json();
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(codeIn(body)).toBe('UNAUTHENTICATED');
  expect(JSON.stringify(body)).not.toContain(reason);
  const lines = runtime.logs.slice(before).filter(({ message }) => message === 'a caller was refused');
  expect(lines.map(({ level, fields }) => [level, fields['reason']])).toEqual([['warn', reason]]);
  expect(JSON.stringify(runtime.logs)).not.toContain(token);
});

it('none of them ran a turn, and a sound token does', async () => {
  expect(played.turns).toHaveLength(0);
  for (const token of [await issuer.token(), issuer.forge(), OWN]) {
    const response = await fetch(`${runtime.url}/tasks`, {
      headers: { 'a2a-version': '1.0', authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
  }
});
