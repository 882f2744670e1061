import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { mustRun } from '../src/run-program.ts';
import { PUBLISHED, root, TEMPLATES } from '../src/workspace.ts';

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

const OWN =
  /https:\/\/(?:raw\.githubusercontent\.com\/molecule-ai\/molecule|github\.com\/molecule-ai\/molecule\/blob)\/main\/([\w./-]+)/g;

test('every file of this repository that a page names by its address is there', () => {
  const named = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(OWN)].map(([, path = '']) => ({ page, path })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
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

test('llms.txt has a title, a summary, and a link with a sentence to every page of docs and every package', () => {
  const text = readFileSync(join(root, 'llms.txt'), 'utf8');
  expect(text).toMatch(/^# .+\n\n> \S/);
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
  const rows = [...text.matchAll(/^- \[.+\]\((\S+)\): \S.+\.$/gm)].map(([, link = '']) => link);
  expect(rows).toEqual(links);
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  const wanted = [...globSync('docs/*.md', { cwd: root }), ...PUBLISHED.map((name) => `packages/${name}/README.md`)];
  expect(links).toEqual(expect.arrayContaining(wanted));
});

test('the README lists every page of docs', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(globSync('docs/*.md', { cwd: root }).filter((page) => !readme.includes(`](${page})`))).toEqual([]);
});
