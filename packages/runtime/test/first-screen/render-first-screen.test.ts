import { expect, test } from 'vitest';
import { renderFirstScreen } from '../../src/first-screen/render-first-screen.js';
import type { RuntimeInfo } from '../../src/runtime-types.js';

const INFO: RuntimeInfo = {
  name: 'Research Assistant',
  description: 'Answers questions.\nAt length.',
  version: '1.2.0',
  engine: 'LangGraph',
  model: 'openai:gpt-4.1',
  demoModel: false,
  url: 'http://127.0.0.1:8000',
  cardUrl: 'http://127.0.0.1:8000/.well-known/agent-card.json',
  stateDir: '/srv/agent/.molecule',
  taskStore: 'sqlite',
  durable: { yes: false, detail: 'Temporal at localhost:7233 is not there' },
  access: 'anonymous',
};

function render(changes: Partial<RuntimeInfo> = {}): string {
  return renderFirstScreen({ ...INFO, ...changes }, { color: false, command: '/srv/agent/node_modules/.bin/molecule' });
}

test('within ten lines it says what runs, where, and how to try it', () => {
  expect(render().trimEnd().split('\n')).toEqual([
    'Research Assistant 1.2.0 - Answers questions.',
    '  engine  LangGraph',
    '  model   openai:gpt-4.1',
    '  url     http://127.0.0.1:8000   card http://127.0.0.1:8000/.well-known/agent-card.json',
    '  state   /srv/agent/.molecule',
    '  durable no - Temporal at localhost:7233 is not there',
    '  access  anonymous: everybody who reaches this address',
    expect.stringMatching(/^ {2}try {5}curl -s http:\/\/127\.0\.0\.1:8000\/ -H 'A2A-Version: 1\.0'/),
    "          /srv/agent/node_modules/.bin/molecule send http://127.0.0.1:8000 'Hello!'",
  ]);
});

test('a demo model is labelled, with how to get a real one: by the keys that this engine takes, and no others', () => {
  const line = render({ demoModel: true, model: 'demo', modelKeys: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_BEDROCK'] })
    .split('\n')
    .find((row) => row.includes('model'));
  expect(line).toMatch(/demo model demo: .*set ANTHROPIC_API_KEY or CLAUDE_CODE_USE_BEDROCK,/);
  expect(line).not.toContain('OPENAI');
});

test('durable execution says where', () => {
  const durable = { yes: true, detail: 'Temporal at localhost:7233', uiUrl: 'http://localhost:8233' };
  expect(render({ durable })).toContain('durable yes - Temporal at localhost:7233, http://localhost:8233');
});

test('tokens appear in the lines to paste by their variable', () => {
  const screen = render({ access: 'tokens' });
  expect(screen).toContain(`-H "Authorization: Bearer $TOKEN"`);
  expect(screen).toContain('--token "$TOKEN"');
});

test('an address that a shell would take amiss is put in quotes', () => {
  expect(render({ url: 'http://[::1]:8000' })).toContain("send 'http://[::1]:8000'");
});

test('a memory store and an engine that chooses its model say so', () => {
  const screen = render({ taskStore: 'memory', model: '' });
  expect(screen).toContain('state   in memory: tasks are forgotten');
  expect(screen).toContain("model   the engine's own choice");
});

test('colors change nothing but the colors', () => {
  const colored = renderFirstScreen(INFO, { color: true, command: '/srv/agent/node_modules/.bin/molecule' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(render());
  expect(colored).not.toBe(render());
});
