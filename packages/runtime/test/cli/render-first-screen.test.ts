import { expect, test } from 'vitest';
import type { RuntimeInfo } from '../../src/boot/runtime-types.js';
import { renderFirstScreen } from '../../src/cli/start/render-first-screen.js';

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

test('the screen shows within ten lines what runs, where, and how to try it', () => {
  expect(render().trimEnd().split('\n')).toEqual([
    'Research Assistant 1.2.0 - Answers questions.',
    '  engine  LangGraph',
    '  model   openai:gpt-4.1',
    '  url     http://127.0.0.1:8000   card http://127.0.0.1:8000/.well-known/agent-card.json',
    '  state   /srv/agent/.molecule',
    '  durable no - Temporal at localhost:7233 is not there',
    '  access  anonymous: anyone who can reach this address',
    expect.stringMatching(/^ {2}try {5}curl -s http:\/\/127\.0\.0\.1:8000\/ -H 'A2A-Version: 1\.0'/),
    "          /srv/agent/node_modules/.bin/molecule send http://127.0.0.1:8000 'Hello!'",
  ]);
});

test('a demo model is labelled, with only the keys that this engine accepts for a real one', () => {
  const line = render({ demoModel: true, model: 'demo', modelKeys: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_BEDROCK'] })
    .split('\n')
    .find((row) => row.includes('model'));
  expect(line).toMatch(/demo model demo: .*set ANTHROPIC_API_KEY or CLAUDE_CODE_USE_BEDROCK and/);
  expect(line).not.toContain('OPENAI');
});

test('durable execution is shown with the address of Temporal', () => {
  const durable = { yes: true, detail: 'Temporal at localhost:7233', uiUrl: 'http://localhost:8233' };
  expect(render({ durable })).toContain('durable yes - Temporal at localhost:7233, web UI http://localhost:8233');
});

test.each([
  [false, 'not encrypted'],
  [true, 'with TLS'],
])('gRPC is shown with its address, and whether it is encrypted: %s', (encrypted, told) => {
  expect(render({ grpc: { address: 'localhost:50051', encrypted } })).toContain(
    `  grpc    localhost:50051   ${told}\n`,
  );
});

test('the printed commands contain the variable of a token', () => {
  const screen = render({ access: 'tokens' });
  expect(screen).toContain(`-H "Authorization: Bearer $TOKEN"`);
  expect(screen).toContain('--token "$TOKEN"');
});

test('an address with special characters of a shell is quoted', () => {
  expect(render({ url: 'http://[::1]:8000' })).toContain("send 'http://[::1]:8000'");
});

test('a memory store, and a model that the engine chooses, are shown', () => {
  const screen = render({ taskStore: 'memory', model: '' });
  expect(screen).toContain('state   in memory: all tasks are lost');
  expect(screen).toContain('model   not set; the engine decides');
});

test('colors change nothing but the colors', () => {
  const colored = renderFirstScreen(INFO, { color: true, command: '/srv/agent/node_modules/.bin/molecule' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds the escape character
  expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(render());
  expect(colored).not.toBe(render());
});

test('the console has a line with its address, or with what installs it', () => {
  const line = (console: NonNullable<RuntimeInfo['console']>) =>
    render({ console })
      .split('\n')
      .find((one) => one.includes('console'));
  expect(line({ url: 'http://127.0.0.1:8000/console/' })).toBe('  console http://127.0.0.1:8000/console/');
  expect(line({ notInstalled: true })).toBe('  console not installed: npm install -D @molecule/console, and restart');
  expect(render()).not.toContain('console');
});
