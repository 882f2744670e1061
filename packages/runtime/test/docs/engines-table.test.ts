import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

it('each cell of docs/engines.md names an existing test', () => {
  const page = readFileSync(join(root, 'docs/engines.md'), 'utf8');
  const named = [...page.matchAll(/^\| (\d+) +\| (\S+) `([^`]+)`: (.+?) +\|$/gm)];
  const missing = named.filter(([, , template = '', file = '', name = '']) => !testFile(template, file).includes(name));
  expect(missing.map(([row]) => row)).toEqual([]);
  const used = new Set([...page.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number)));
  expect([...used].sort((a, b) => a - b)).toEqual(named.map(([, number]) => Number(number)));
});

/** The text of a test file, with the quotes in its titles unescaped. */
function testFile(template: string, name: string): string {
  const directory = join(root, 'templates', template, 'test');
  const names = [`${name}.test.ts`, `${name}.long.test.ts`];
  const file = readdirSync(directory, { recursive: true }).find((path) => names.includes(basename(String(path))));
  return readFileSync(join(directory, String(file)), 'utf8').replaceAll("\\'", "'");
}
