import { expect, it } from 'vitest';
import { startConsoleRuntime } from '../support/console-package.js';
import { playAdapter } from '../support/play-adapter.js';

const ANN = '0123456789abcdef-of-ann';
const BOSS = '0123456789abcdef-of-boss';

interface Settings {
  readonly settings: readonly { readonly name: string; readonly value: string; readonly from: string }[];
}

it('shows what the agent is made of with the scope admin only, and nothing secret', async () => {
  const { adapter } = playAdapter();
  const config = `name: Test\nversion: 1.0.0\nruntime: ${adapter.name}\nskills: [summarize]\ntools: [commit_memory]\nsub_workspaces:\n  - { id: away, name: Away, url: 'http://127.0.0.1:9' }\n`;
  const environment = {
    MOLECULE_TOKENS: `ann[read]:${ANN},boss[admin]:${BOSS}`,
    MOLECULE_CORS_ORIGINS: 'https://user:password-of-page@pages.example.com',
    MOLECULE_QUEUE_LIMIT: '5',
  };
  await using started = await startConsoleRuntime({ adapter, config, environment });
  const own = await started.get('agent', ANN);
  for (const field of ['tools', 'skills', 'prompt', 'peers', 'settings']) expect(own).not.toHaveProperty(field);
  const whole = await started.get<Settings>('agent', BOSS);
  expect(whole).toMatchObject({
    tools: [{ name: 'commit_memory', description: expect.any(String) }],
    skills: [{ id: 'summarize' }],
    prompt: expect.any(String),
    peers: [{ id: 'away', name: 'Away', url: 'http://127.0.0.1:9', state: 'offline' }],
  });
  const setting = (name: string) => whole.settings.find((one) => one.name === name);
  expect(setting('MOLECULE_QUEUE_LIMIT')).toEqual({ name: 'MOLECULE_QUEUE_LIMIT', value: '5', from: 'environment' });
  expect(setting('MOLECULE_TOKENS')).toMatchObject({ value: '(set, not shown)', from: 'environment' });
  expect(setting('MOLECULE_CORS_ORIGINS')).toMatchObject({ value: '(set, not shown)' });
  expect(setting('MOLECULE_KEEP_ALIVE')).toMatchObject({ from: 'default' });
  const text = JSON.stringify(whole);
  for (const secret of [ANN, BOSS, 'password-of-page']) expect(text).not.toContain(secret);
});
