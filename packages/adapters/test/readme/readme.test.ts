import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { ADAPTER_LOAD_ERROR_CODES, ENGINE_ERROR_CODES, isAdapter } from '../../src/index.js';
import { agent } from './agent.js';
import { load } from './load.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../../README.md');

test.each(['agent.ts', 'echo-adapter.ts', 'echo-adapter.test.ts', 'load.ts'])('has the text of %s', (file) => {
  const published = read(file)
    .replaceAll('../../src/index.js', '@molecule/adapters')
    .replaceAll('../../src/testing/index.js', '@molecule/adapters/testing');
  expect(readme).toContain(`\`\`\`ts\n${published}\`\`\``);
});

test('lists every code of a load error', () => {
  const listed = [...readme.matchAll(/^\| `(ADAPTER_[A-Z_]+)` +\|/gm)].map((match) => match[1]);
  expect(listed).toEqual([...ADAPTER_LOAD_ERROR_CODES]);
});

test('lists every code of an engine error, and whether it is retryable', () => {
  const listed = [...readme.matchAll(/^\| `([a-z-]+)` +\| .* \| (yes|no) +\|$/gm)].map(([, code, retryable]) => [
    code,
    retryable === 'yes',
  ]);
  expect(Object.fromEntries(listed)).toEqual(ENGINE_ERROR_CODES);
});

test('has a loading example that works', async () => {
  await expect(load(tmpdir())).rejects.toMatchObject({ code: 'ADAPTER_MODULE_NOT_FOUND' });
});

test('has an agent that is an adapter', () => {
  expect(isAdapter(agent)).toBe(true);
});
