import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { platformFaults } from '../src/ship/platform-rules.js';

const CONFIG = 'name: Alice\nruntime: langgraph\ntemplate_schema_version: 1 # of the platform\n';
const ROOT = new URL('../../../', import.meta.url);

async function recipe(): Promise<string> {
  const text = await readFile(new URL('docs/platform.md', ROOT), 'utf8');
  return /```Dockerfile\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
}

test('the image recipe of the documentation passes', async () => {
  expect(platformFaults({ dockerfile: await recipe(), config: CONFIG, requirements: undefined })).toEqual([]);
});

test('the image of a template does not, for each rule with a remedy', async () => {
  const dockerfile = await readFile(new URL('templates/langgraph/Dockerfile', ROOT), 'utf8');
  const faults = platformFaults({ dockerfile, config: CONFIG, requirements: undefined });
  expect(faults.map(({ wanted }) => wanted)).toEqual([
    'have a stage FROM python:3.11-slim',
    'declare ARG RUNTIME_VERSION',
    'use RUNTIME_VERSION',
    'create the user agent',
    'end at molecule-runtime',
    'name molecule-ai-workspace-runtime',
  ]);
  expect(faults.every(({ remedy }) => remedy !== '')).toBe(true);
});

test.each([
  ['name: A\nruntime: r\n', ['have template_schema_version 1']],
  ['name: A\nruntime: r\ntemplate_schema_version: 2\n', ['have template_schema_version 1']],
  ['name: A\nruntime: r\ntemplate_schema_version: "1"\n', ['have template_schema_version 1']],
  ['template_schema_version: 1\nnested:\n  name: A\n', ['have the key name', 'have the key runtime']],
])('config.yaml %j', (config, wanted) => {
  const faults = platformFaults({ dockerfile: undefined, config, requirements: undefined });
  expect(faults.map((fault) => fault.wanted)).toEqual(wanted);
});
