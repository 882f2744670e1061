import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { mustRun } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';

const { stdout } = await mustRun('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], root);
const pages = stdout.split('\n').filter((page) => page !== '' && existsSync(join(root, page)));

test.for(pages)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link.replace(/#.*$/, ''));
  const own = links.filter((link) => link !== '' && !/^[a-z]+:/.test(link));
  const targets = own.map((link) => join(root, dirname(page), link));
  // A page of the published packages is read on npm, where there is nothing around it.
  expect(targets.filter((target) => !existsSync(target)).map((target) => relative(root, target))).toEqual([]);
});

test('a read-me that npm shows names nothing outside of its package by a relative link', () => {
  for (const page of pages.filter((one) => /^packages\/[^/]+\/README\.md$/.test(one))) {
    expect(readFileSync(join(root, page), 'utf8'), page).not.toMatch(/\]\(\.\.\//);
  }
});
