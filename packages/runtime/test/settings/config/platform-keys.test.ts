import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../../src/settings/config/load-config.js';
import { keysWithoutEffect } from '../../../src/settings/config/platform-keys.js';
import { validateRuntimeConfig } from '../../../src/settings/config/validate-runtime-config.js';
import { readSettings } from '../../../src/settings/environment/read-settings.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-config-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function load(text: string) {
  await writeFile(join(directory, 'config.yaml'), text);
  return loadConfig({ configPath: directory });
}

/** Source: `workspace_provision.go` ensureDefaultConfig. */
const PROVISIONED = `name: "Alice"
description: ""
version: 1.0.0
tier: 3
runtime: claude-code
model: "sonnet"
runtime_config:
  timeout: 0
`;

/** Source: `template-contract.md` and `config-format.md`. */
const VALIDATED = `name: Alice
runtime: langgraph
template_schema_version: 1
tier: 2
models: [{ id: openai:gpt-4.1 }]
providers: [openai]
tools: [web_search, filesystem, browser, delegate_task]
delegation: { retry_attempts: 3, escalate: true }
memory: { backend: filesystem, path: /memory }
sandbox: { backend: docker }
env: { required: [OPENAI_API_KEY, MISSING_KEY], optional: [GSC_CLIENT_ID] }
runtime_config: { model: openai:gpt-4.1, required_env: [OTHER_KEY] }
initial_prompt_file: hello.md
`;

describe('keys of the platform', () => {
  test('that its provisioner writes are accepted, also by an adapter that does not know them', async () => {
    const config = await load(PROVISIONED);
    expect(config).toMatchObject({ name: 'Alice', model: 'sonnet', ofPlatform: { tier: 3 } });
    const configSchema = z.strictObject({ effort: z.string().default('high') });
    expect(await validateRuntimeConfig({ name: 'claude-code', configSchema }, config)).toEqual({ effort: 'high' });
    const knows = z.strictObject({ timeout: z.number() });
    expect(await validateRuntimeConfig({ name: 'claude-code', configSchema: knows }, config)).toEqual({ timeout: 0 });
  });

  test('that its validator and its documents name are kept, and used if there is a use', async () => {
    await writeFile(join(directory, 'hello.md'), 'Read the wiki.\n');
    const config = await load(VALIDATED);
    expect(config).toMatchObject({
      model: 'openai:gpt-4.1',
      initialPrompt: 'Read the wiki.',
      tools: ['delegate_task'],
    });
    expect(keysWithoutEffect(config.ofPlatform)).toEqual(
      expect.arrayContaining(['tier', 'template_schema_version', 'delegation.escalate', 'tools: browser']),
    );
    const { warnings } = readSettings({ OPENAI_API_KEY: 'k' }, config);
    expect(warnings.filter((text) => text.includes('requires the variable'))).toEqual([
      expect.stringContaining('MISSING_KEY'),
      expect.stringContaining('OTHER_KEY'),
    ]);
  });

  test('do not hide a mistake', async () => {
    await expect(load('name: A\nruntime: r\ntire: 3\n')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(load('name: A\nruntime: r\ntools: [web_serch]\n')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(load('name: A\nruntime: r\ninitial_prompt_file: none.md\n')).rejects.toMatchObject({
      problems: [expect.objectContaining({ path: 'initial_prompt_file' })],
    });
  });
});

test('the adapter of a template is found although the platform mounts config.yaml elsewhere', async () => {
  const config = await load('name: A\nruntime: r\n');
  const templateDir = join(directory, 'app');
  await mkdir(templateDir);
  await writeFile(join(templateDir, 'package.json'), JSON.stringify({ main: './dist/index.js' }));
  expect(readSettings({}, config, { templateDir }).adapterModule).toEqual({
    specifier: './dist/index.js',
    source: 'package.json',
    from: templateDir,
  });
  expect(readSettings({ ADAPTER_MODULE: 'my-adapter' }, config, { templateDir }).adapterModule).toMatchObject({
    specifier: 'my-adapter',
    from: templateDir,
  });
  await writeFile(join(directory, 'package.json'), JSON.stringify({ main: './own.js' }));
  expect(readSettings({}, config, { templateDir }).adapterModule).toMatchObject({ from: directory });
});

test("the canvas's choice of a model is read", async () => {
  const config = await load('name: A\nruntime: r\nmodel: one\n');
  expect(readSettings({ MODEL_PROVIDER: 'openai:gpt-4.1' }, config).model).toBe('openai:gpt-4.1');
  expect(readSettings({ MODEL_PROVIDER: 'openai:gpt-4.1', MOLECULE_MODEL: 'x:y' }, config).model).toBe('x:y');
});
