import { AgentCard, verifyAgentCardSignature } from '@a2a-js/sdk';
import { importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CardSigner } from '../../src/serving/sdk/card-signer.js';
import { StorageError } from '../../src/tasks/storage/storage-error.js';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { CURRENT, postJson } from './wire/wire-requests.js';

// The SDK prints each signature that does not verify.
vi.spyOn(console, 'debug').mockImplementation(() => {});

const TOKEN = 'ann-token-0123456789';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime({
    adapter: playAdapter().adapter,
    environment: { MOLECULE_TOKENS: `ann:${TOKEN}` },
  });
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** The SDK's verifier, with the keys that the header of the signature names. */
const verify = verifyAgentCardSignature(async (kid, jku = '') => {
  const { keys } = (await (await fetch(jku)).json()) as { readonly keys: readonly JWK[] };
  const found = keys.find((key) => key.kid === kid);
  if (!found) throw new Error(`There is no key ${kid} at ${jku}.`);
  return (await importJWK(found)) as Awaited<ReturnType<Parameters<typeof verifyAgentCardSignature>[0]>>;
});

async function fetched(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  return (await (await fetch(`${runtime.url}${path}`, { headers })).json()) as Record<string, unknown>;
}

it("the SDK's verifier accepts the card as it is fetched, by the keys at its jku", async () => {
  const card = await fetched('/.well-known/agent-card.json');
  const [{ protected: header = '' } = {}] = card['signatures'] as { readonly protected: string }[];
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    alg: 'ES256',
    typ: 'JOSE',
    kid: expect.any(String),
    jku: `${runtime.url}/.well-known/jwks.json`,
  });
  await verify(card as unknown as AgentCard);
});

it.each([
  ['a name', { name: 'Another' }],
  ['a description', { description: 'Does more.' }],
  ['an interface', { supportedInterfaces: [] }],
  ['a capability', { capabilities: { streaming: false } }],
  ['a security scheme', { securitySchemes: {} }],
  ['a skill', { skills: [] }],
])('a card with %s of somebody else is refused', async (_what, change) => {
  const card = await fetched('/.well-known/agent-card.json');
  await expect(verify({ ...card, ...change } as unknown as AgentCard)).rejects.toThrow('No valid signatures');
});

it('the extended card is signed on JSON-RPC and REST', async () => {
  const headers = { ...CURRENT, authorization: `Bearer ${TOKEN}` };
  const call = { jsonrpc: '2.0', id: 1, method: 'GetExtendedAgentCard', params: {} };
  const { body } = await postJson(runtime.url, call, headers);
  const card = body['result'];
  expect(card).toHaveProperty('skills.1.id', 'engine');
  await verify(card as unknown as AgentCard);
  // Each signature differs, so this one was kept.
  expect(await fetched('/extendedAgentCard', headers)).toEqual(card);
});

it('the keys are public, and a card that has not changed keeps its signature', async () => {
  const response = await fetch(`${runtime.url}/.well-known/jwks.json`);
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'public, max-age=10']);
  expect(await response.json()).toEqual({ keys: [expect.not.objectContaining({ d: expect.anything() })] });
  const [one, two] = [await fetched('/.well-known/agent-card.json'), await fetched('/.well-known/agent-card.json')];
  expect(one).toEqual(two);
});

it('a card is served without a signature while the store cannot be read or written', async () => {
  const out = async (): Promise<never> => {
    throw new StorageError('STORAGE_FULL', 'no space is left');
  };
  const signer = new CardSigner({ current: out }, () => 'http://localhost/keys');
  const card = AgentCard.fromJSON({ name: 'Test' });
  expect((await signer.json(card)).json).toMatchObject({ name: 'Test' });
  expect(await signer.sign(card)).toBe(card);
});
