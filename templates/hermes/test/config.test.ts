import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAdapter, silentLogger } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { configSchema } from '../src/config.js';
import { findHermesCommand } from '../src/gateway/find-command.js';
import { hermesConfig } from '../src/gateway/hermes-config.js';
import { adapter } from '../src/index.js';
import { hermesModel } from '../src/model/hermes-model.js';
import { makeWorkspace } from './support/workspace.js';

const contextLength = 131_072;

test('the adapter has the name of the template', () => {
  expect(isAdapter(adapter)).toBe(true);
  expect(adapter.name).toBe('hermes');
});

test('reports an unknown setting', () => {
  expect(configSchema.safeParse({}).success).toBe(true);
  expect(configSchema.safeParse({ toolset: [] }).error?.message).toContain('toolset');
  expect(configSchema.safeParse({ pass_environment: ['A=B'] }).success).toBe(false);
});

test('needs the key of its provider, and no key for a Hermes that already runs', () => {
  expect(adapter.credentials?.('anthropic:claude', {})).toEqual({
    anyOf: ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'],
    demoModel: true,
  });
  expect(adapter.credentials?.('openai:gpt-4.1', {}).anyOf).toContain('OPENAI_API_KEY');
  expect(adapter.credentials?.('', {}).anyOf).toHaveLength(6);
  expect(adapter.credentials?.('openai:x', { HERMES_API_BASE: 'http://h' })).toEqual({ anyOf: [], demoModel: false });
});

test('calls each provider at its default address, or at the address in its variable', () => {
  const key = { OPENAI_API_KEY: 'a', OPENROUTER_API_KEY: 'b', ANTHROPIC_API_KEY: 'c' };
  expect(hermesModel({ model: 'openrouter:meta/llama', environment: key, contextLength })).toEqual({
    default: 'meta/llama',
    provider: 'custom',
    base_url: 'https://openrouter.ai/api/v1',
    api_key: 'b',
    api_mode: 'chat_completions',
    context_length: contextLength,
  });
  expect(hermesModel({ model: 'anthropic:claude', environment: key, contextLength }).api_mode).toBe(
    'anthropic_messages',
  );
  const elsewhere = { ...key, OPENAI_BASE_URL: 'http://127.0.0.1:1/v1/' };
  expect(hermesModel({ model: 'openai:m', environment: elsewhere, contextLength }).base_url).toBe(
    'http://127.0.0.1:1/v1',
  );
});

test('reports the form that a model must have, and which key is missing', () => {
  expect(() => hermesModel({ model: 'gpt-4.1', environment: {}, contextLength })).toThrow(/provider:name.*openrouter/);
  expect(() => hermesModel({ model: 'openai:gpt-4.1', environment: {}, contextLength })).toThrow(
    'OPENAI_API_KEY is not set',
  );
});

test('an endpoint of the runtime wins over the model, and offers no tools to it', () => {
  const modelEndpoint = { baseUrl: 'http://127.0.0.1:1', model: 'demo', apiKey: 'k' };
  const model = hermesModel({ model: 'openai:gpt-4.1', modelEndpoint, environment: {}, contextLength });
  expect(model).toMatchObject({ default: 'demo', base_url: 'http://127.0.0.1:1/v1', api_key: 'k' });
  const source = { settings: configSchema.parse({}), model, workDir: '/w', hasRuntimeTools: false };
  expect(JSON.parse(hermesConfig({ ...source, demoModel: true })).platform_toolsets.api_server).toEqual([]);
  expect(JSON.parse(hermesConfig({ ...source, demoModel: false })).platform_toolsets.api_server).toContain('terminal');
});

test('uses the configured program, else one in a virtual environment, else one on the PATH', async () => {
  await using workspace = await makeWorkspace();
  const bin = join(workspace.root, 'bin');
  const venv = join(workspace.root, '.hermes-venv', 'bin');
  for (const dir of [bin, venv]) {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'hermes'), '#!/bin/sh\n');
    await chmod(join(dir, 'hermes'), 0o755);
  }
  const source = {
    workspace: { configDir: workspace.root, stateDir: workspace.stateDir },
    environment: { PATH: bin },
    logger: silentLogger,
  };
  expect(await findHermesCommand({ ...source, configured: 'hermes' })).toEqual([join(bin, 'hermes')]);
  expect(await findHermesCommand({ ...source, configured: ['./bin/hermes', '--verbose'] })).toEqual([
    join(bin, 'hermes'),
    '--verbose',
  ]);
  expect(await findHermesCommand(source)).toEqual([join(venv, 'hermes')]);
  const nowhere = {
    ...source,
    workspace: { configDir: '/nowhere', stateDir: '/nowhere' },
    environment: { HOME: '/nowhere' },
  };
  await expect(findHermesCommand(nowhere)).rejects.toMatchObject({
    code: 'HERMES_NOT_INSTALLED',
    message: expect.stringMatching(/^.{0,300}npm run setup.{0,300}$/),
  });
  await expect(findHermesCommand({ ...source, configured: './nothing' })).rejects.toThrow(
    `names "./nothing", but no such program was found. Looked at: ${join(workspace.root, 'nothing')}`,
  );
});
