import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { mustRun } from '../src/run-program.ts';
import { root, TEMPLATES } from '../src/workspace.ts';

const { stdout } = await mustRun('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], root);
const pages = stdout.split('\n').filter((page) => page !== '' && existsSync(join(root, page)));

test.for(pages)('the links of %s exist', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link.replace(/#.*$/, ''));
  const own = links.filter((link) => link !== '' && !/^[a-z]+:/.test(link));
  const targets = own.map((link) => join(root, dirname(page), link));
  // npm shows the README of a published package without the rest of the repository.
  expect(targets.filter((target) => !existsSync(target)).map((target) => relative(root, target))).toEqual([]);
});

test('a README that npm shows has no relative link out of its package', () => {
  for (const page of pages.filter((one) => /^packages\/[^/]+\/README\.md$/.test(one))) {
    expect(readFileSync(join(root, page), 'utf8'), page).not.toMatch(/\]\(\.\.\//);
  }
});

/** Pages for contributors; a path in them is one of the repository, or of the runtime's sources. */
const MAPS = ['AGENTS.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/glossary.md'];
const PLACES = ['', 'packages/runtime/src', 'packages/runtime'];

test.for(MAPS)('every file and directory that %s names is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  const paths = [...text.matchAll(/`([a-z][\w-]*\/[\w./-]*)`/g)].map(([, path = '']) => path);
  expect(paths.filter((path) => !PLACES.some((place) => existsSync(join(root, place, path))))).toEqual([]);
});

test('the README lists every template, and docs/engines.md every engine of one', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(TEMPLATES.filter((name) => !readme.includes(`| [${name}](templates/${name}) `))).toEqual([]);
  const engines = readFileSync(join(root, 'docs/engines.md'), 'utf8');
  const [, header = ''] = /^\| +(\|.*\|)$/m.exec(engines) ?? [];
  const columns = header.split('|').map((name) => name.trim());
  // The template `blank` has no engine: its author's code answers.
  expect(columns.filter((name) => name !== '')).toEqual(
    expect.arrayContaining(TEMPLATES.filter((name) => name !== 'blank')),
  );
});
