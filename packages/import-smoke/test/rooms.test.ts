import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circleOf, type Import, relativeImports } from '../src/imports.js';
import { root } from '../src/workspace.js';

/** The rooms of the runtime from the top down, each with the rooms that it may import: the table of docs/architecture.md. */
const ALLOWED = allowedImports(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));

const imports = await relativeImports(join(root, 'packages/runtime/src'));

it('a room of the runtime imports only rooms that it may import', () => {
  const refused = imports
    .map(({ from, to }) => ({ from, to, room: roomOf(from), other: roomOf(to) }))
    .filter(({ room, other }) => room !== '' && room !== other && !ALLOWED[room]?.includes(other))
    .map(({ from, to, room }) => `${from} imports ${to}; ${room} may import ${ALLOWED[room]?.join(', ') || 'no room'}`);
  expect(refused).toEqual([]);
});

it('every room has its line, and may import only rooms below itself', () => {
  const rooms = Object.keys(ALLOWED);
  expect(new Set(imports.map(({ from }) => roomOf(from)).filter((room) => room !== ''))).toEqual(new Set(rooms));
  const up = rooms.flatMap((room, floor) =>
    ALLOWED[room]?.filter((other) => rooms.indexOf(other) <= floor).map((other) => `${room} may import ${other}`),
  );
  expect(up).toEqual([]);
});

const SOURCES = globSync(['packages/*/src', 'templates/*/src', 'bench/src', 'chaos/src', 'clients/src'], {
  cwd: root,
}).sort();

describe.each(SOURCES)('%s', (name) => {
  it('has no circle of files, and none of directories at any depth', async () => {
    const found = name === 'packages/runtime/src' ? imports : await relativeImports(join(root, name));
    const circles = [...levels(found)].map((arrows) => circleOf(arrows).join(' -> ')).filter((circle) => circle !== '');
    expect(circles).toEqual([]);
  });
});

function allowedImports(page: string): Readonly<Record<string, readonly string[]>> {
  const section = page.split('## The rooms of the runtime')[1]?.split('\n## ')[0] ?? '';
  const rows = section.matchAll(/^\| `([a-z]+)` *\|.*\| ([a-z, ]+?) *\|$/gm);
  return Object.fromEntries([...rows].map(([, room = '', may = '']) => [room, may === 'none' ? [] : may.split(', ')]));
}

/** The top directory of a path; empty for a file that lies in none, such as `index.ts`. */
function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

/** The arrows between files, then between the entries (files and directories) of each directory. */
function* levels(found: readonly Import[]) {
  const byDirectory = new Map<string, Map<string, Set<string>>>();
  const files = new Map<string, Set<string>>();
  const add = (arrows: Map<string, Set<string>>, from: string, to: string) =>
    arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  for (const { from, to } of found) {
    add(files, from, to);
    const [left, right] = [from.split('/'), to.split('/')];
    let depth = 0;
    while (left[depth] === right[depth]) depth++;
    const directory = left.slice(0, depth).join('/');
    const arrows = byDirectory.get(directory) ?? new Map<string, Set<string>>();
    byDirectory.set(directory, arrows);
    const entry = (path: readonly string[]) => path.slice(0, depth + 1).join('/');
    if (entry(left) !== entry(right)) add(arrows, entry(left), entry(right));
  }
  yield files;
  yield* byDirectory.values();
}
