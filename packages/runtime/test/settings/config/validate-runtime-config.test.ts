import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../../src/settings/config/load-config.js';
import { validateRuntimeConfig } from '../../../src/settings/config/validate-runtime-config.js';
import { writeConfig } from './write-config.js';

const CONTENT = `name: Echo
runtime: echo
runtime_config:
  steps: many
  api_key: 5
  nested:
    level: 9
`;

test('the adapter gets the output of its schema for runtime_config', async () => {
  await using directory = await writeConfig('name: Echo\nruntime: echo\nruntime_config: { steps: 3 }\n');
  const config = await loadConfig({ configPath: directory.path });
  const configSchema = z.object({ steps: z.number(), mode: z.string().default('fast') });
  expect(await validateRuntimeConfig({ name: 'echo', configSchema }, config)).toEqual({ steps: 3, mode: 'fast' });
  expect(await validateRuntimeConfig({ name: 'echo' }, config)).toEqual({ steps: 3 });
});

test('every issue of the schema is reported with its line, and no secret', async () => {
  await using directory = await writeConfig(CONTENT);
  const config = await loadConfig({ configPath: directory.path });
  const configSchema = z.object({
    steps: z.number(),
    api_key: z.string(),
    region: z.string(),
    nested: z.object({ level: z.number().max(3) }),
  });
  await expect(validateRuntimeConfig({ name: 'echo', configSchema }, config)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    problems: [
      { path: 'runtime_config.steps', line: 4, column: 10, code: 'invalid-value', found: 'the text "many"' },
      { path: 'runtime_config.api_key', line: 5, found: 'a number (not shown)' },
      { path: 'runtime_config.region', line: 3, code: 'missing', found: 'nothing' },
      { path: 'runtime_config.nested.level', line: 7, found: 'the number 9' },
    ],
  });
});

test('an asynchronous schema is awaited', async () => {
  await using directory = await writeConfig(CONTENT);
  const config = await loadConfig({ configPath: directory.path });
  const configSchema = z.object({}).refine(async () => false, 'a better mood');
  await expect(validateRuntimeConfig({ name: 'echo', configSchema }, config)).rejects.toThrow('a better mood');
});
