import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENGINE_ERROR_CODES } from '@molecule/adapters';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
/** Not codes, but names of variables. */
const ENVIRONMENT = ['HERMES_HOME', 'HERMES_API_BASE', 'HERMES_API_KEY', 'HERMES_SESSION_KEY'];

const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');

it('docs/errors.md lists every code that the packages give out', () => {
  const codes = new Set<string>();
  for (const name of ['adapters', 'temporal', 'runtime', 'demo-model']) {
    for (const source of sources(join(root, 'packages', name, 'src'))) {
      for (const [, code = ''] of source.matchAll(/\bcode(?:: \w+)? ?[=:] '([A-Z][A-Z_]+)'/g)) codes.add(code);
      for (const [, code = ''] of source.matchAll(/new \w*Error\(\s*'([A-Z][A-Z_]+)'/g)) codes.add(code);
    }
  }
  expect(codes.size).toBeGreaterThan(20);
  expect([...codes].filter((code) => !page.includes(`\`${code}\``)).sort()).toEqual([]);
});

it('docs/errors.md lists every code that the templates and their scripts give out', () => {
  const codes = ['src', 'scripts']
    .map((directory) => join(root, 'templates/hermes', directory))
    .flatMap((directory) =>
      [
        ...sources(directory)
          .join('\n')
          .matchAll(/'(HERMES_[A-Z_]+)'/g),
      ].map(([, code = '']) => code),
    )
    .filter((code) => !ENVIRONMENT.includes(code));
  expect(new Set(codes).size).toBeGreaterThan(8);
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

it('docs/errors.md lists every code that an engine can throw, as a caller sees it', () => {
  const seen = Object.keys(ENGINE_ERROR_CODES).map((code) => `ENGINE_${code.toUpperCase().replaceAll('-', '_')}`);
  expect(seen.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

function sources(directory: string): string[] {
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((file) => /\.m?[tj]s$/.test(file))
    .map((file) => readFileSync(join(directory, file), 'utf8'));
}
