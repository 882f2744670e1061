import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../src/workspace.ts';

const MOST_LINES = 250;
const MOST_MEDIAN = 60;

/** Tables of data: they grow by rows, not by duties. */
const TABLES: readonly string[] = [
  'packages/adapters/src/testing/model-endings/rows/breaks.ts',
  'packages/adapters/src/testing/model-endings/rows/habits.ts',
  'packages/adapters/src/testing/model-endings/rows/shapes.ts',
  'packages/console/src/text/en.ts',
  'packages/runtime/src/settings/environment/settings-table.ts',
  'packages/runtime/src/support/error-codes.ts',
];

const MOST_OPTIONS = 8;

const sizes = globSync(['packages/*/src/**/*.{ts,tsx}', 'templates/*/src/**/*.ts'], { cwd: root })
  .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length }))
  .sort((one, other) => one.lines - other.lines);

it(`no source file is longer than ${MOST_LINES} lines, except the named tables`, () => {
  const long = sizes.filter(({ lines }) => lines > MOST_LINES);
  const refused = long.filter(({ file }) => !TABLES.includes(file)).map(({ file, lines }) => `${file}: ${lines} lines`);
  expect(refused).toEqual([]);
  expect(long.map(({ file }) => file).sort(), 'tables that need no exception').toEqual(TABLES);
});

it(`half of the source files have at most ${MOST_MEDIAN} lines`, () => {
  expect(sizes[Math.floor(sizes.length / 2)]?.lines).toBeLessThanOrEqual(MOST_MEDIAN);
});

it(`no options object has more than ${MOST_OPTIONS} fields: what belongs together is one field`, () => {
  const large = sizes.flatMap(({ file }) => {
    const source = readFileSync(join(root, file), 'utf8');
    return [...source.matchAll(/^(?:export )?interface (\w+Options)\b[^{\n]*\{\n([\s\S]*?)\n\}/gm)]
      .map(([, name = '', body = '']) => ({ name, fields: body.match(/^ {2}(?:readonly )?\w+\??[:(]/gm)?.length ?? 0 }))
      .filter(({ fields }) => fields > MOST_OPTIONS)
      .map(({ name, fields }) => `${file}: ${name} has ${fields}`);
  });
  expect(large).toEqual([]);
});
