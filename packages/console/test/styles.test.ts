import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** The classes with which the selectors of a file begin. */
function firstClasses(file: string): ReadonlySet<string> {
  const css = readFileSync(`${SRC}/${file}`, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const selectors = [...css.matchAll(/(?:^|[{};])\s*([^{};@]+)\{/g)].flatMap(([, list = '']) => list.split(','));
  return new Set(selectors.flatMap((selector) => /^\s*(\.[\w-]+)/.exec(selector)?.[1] ?? []));
}

it('no class is styled by two files: the styles of a view stay when the next view opens', () => {
  const files = globSync('**/*.css', { cwd: SRC });
  const places = new Map<string, string[]>();
  for (const file of files) {
    for (const name of firstClasses(file)) places.set(name, [...(places.get(name) ?? []), file]);
  }
  expect(places.size).toBeGreaterThan(100);
  expect([...places].filter(([, all]) => all.length > 1)).toEqual([]);
});
