import { AgentCard } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { BINDINGS, connect, WITH_GRPC } from '../../support/a2a-client.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { codeIn, rpc } from '../../support/wire.js';

const TOKEN = 'ann-token-0123456789';
const EXTENSION = 'https://example.com/extensions/citations/v1';

const CONFIG = `
name: Librarian
description: Finds books.
version: 2.1.0
runtime: play
skills:
  - { id: find, description: Finds a book., input_modes: [text/plain], output_modes: [application/json] }
  - read
a2a:
  provider: { organization: Example Inc., url: 'https://example.com' }
  documentation_url: https://example.com/docs
  icon_url: https://example.com/icon.png
  extensions:
    - { uri: '${EXTENSION}', description: Names its sources, params: { style: short } }
`;

async function json(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  return (await (await fetch(url, init)).json()) as Record<string, unknown>;
}

it('the card shows what the configuration says of the agent', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, config: CONFIG });
  const card = await json(`${runtime.url}/.well-known/agent-card.json`);
  expect(card).toMatchObject({
    name: 'Librarian',
    version: '2.1.0',
    provider: { organization: 'Example Inc.', url: 'https://example.com' },
    documentationUrl: 'https://example.com/docs',
    iconUrl: 'https://example.com/icon.png',
    skills: [
      { id: 'find', inputModes: ['text/plain'], outputModes: ['application/json'] },
      // Clients fail at a skill without a description or tags.
      { id: 'read', name: 'read', description: 'read', tags: ['read'] },
    ],
    capabilities: { extendedAgentCard: false },
  });
  const { extensions } = card['capabilities'] as { readonly extensions: readonly { readonly uri: string }[] };
  expect(extensions.map(({ uri }) => uri)).toEqual([
    'urn:molecule:file-urls:v1',
    'urn:molecule:event-position:v1',
    'https://kagent.dev/extensions/hitl/v1',
    EXTENSION,
  ]);
  expect(extensions.at(-1)).toMatchObject({ params: { style: 'short' } });
  // What a client of 1.0 reads of it.
  expect(AgentCard.fromJSON(card)).toMatchObject({
    provider: { organization: 'Example Inc.' },
    iconUrl: expect.anything(),
  });
});

it('an agent without streams declares nothing that belongs to them', async () => {
  const config = 'name: Test\nruntime: play\na2a: { streaming: false }\n';
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, config });
  expect(JSON.stringify(await json(`${runtime.url}/.well-known/agent-card.json`))).not.toContain('event-position');
});

it('the AI Catalog names the card of the agent, and its publisher', async () => {
  await using runtime = await startTestRuntime({
    adapter: playAdapter().adapter,
    config: CONFIG,
    environment: { WORKSPACE_ID: 'librarian', MOLECULE_TOKENS: `ann:${TOKEN}` },
  });
  const response = await fetch(`${runtime.url}/.well-known/ai-catalog.json`);
  expect(response.headers.get('content-type')).toContain('application/ai-catalog+json');
  const catalog = (await response.json()) as { readonly entries: readonly { readonly url: string }[] };
  expect(catalog).toMatchObject({
    specVersion: '1.0',
    host: { displayName: 'Example Inc.', identifier: 'example.com' },
    entries: [
      {
        identifier: 'urn:air:example.com:agent:librarian',
        type: 'application/a2a-agent-card+json',
        publisher: { identifier: 'example.com', displayName: 'Example Inc.' },
      },
    ],
  });
  expect((await json(catalog.entries[0]?.url ?? ''))['name']).toBe('Librarian');
});

it('a catalog without a provider has the address of the card as its name', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const card = `${runtime.url}/.well-known/agent-card.json`;
  const catalog = await json(`${runtime.url}/.well-known/ai-catalog.json`);
  expect(catalog).toMatchObject({ entries: [{ identifier: card, url: card }] });
  expect(catalog).not.toHaveProperty('host');
});

it('the extended card is there on every binding for callers who are known, and nowhere else', async () => {
  const environment = { ...WITH_GRPC, MOLECULE_TOKENS: `ann:${TOKEN}` };
  await using closed = await startTestRuntime({ adapter: playAdapter().adapter, config: CONFIG, environment });
  await using open = await startTestRuntime({ adapter: playAdapter().adapter, config: CONFIG });
  for (const { binding, version } of BINDINGS) {
    const client = await connect(closed.url, { binding, version, token: TOKEN });
    const card = await client.getAgentCard();
    expect(
      card.skills.map(({ id }) => id),
      `${binding} ${version}`,
    ).toEqual(['find', 'read', 'engine']);
    expect(card.provider?.organization).toBe('Example Inc.');
  }
  expect((await json(`${open.url}/.well-known/agent-card.json`))['capabilities']).toMatchObject({
    extendedAgentCard: false,
  });
  const { body } = await rpc(open.url, 'GetExtendedAgentCard', {});
  expect(codeIn(body)).toBe('EXTENDED_CARD_OFF');
});
