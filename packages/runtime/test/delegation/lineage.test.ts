import { expect, test } from 'vitest';
import { childMetadata, lineageOf, refusalOf, withLineage } from '../../src/delegation/lineage.js';

test('a task may be handed on five times, and to nobody who had it before', () => {
  let metadata = {};
  for (const workspace of ['a', 'b', 'c', 'd', 'e']) {
    expect(refusalOf(lineageOf(metadata), workspace, 'somebody')).toBeUndefined();
    metadata = childMetadata(lineageOf(metadata), workspace);
  }
  expect(lineageOf(metadata)).toEqual({ depth: 5, path: ['a', 'b', 'c', 'd', 'e'] });
  expect(refusalOf(lineageOf(metadata), 'f', 'somebody')).toMatch(/handed on 5 times/);
  const young = lineageOf(childMetadata(lineageOf({}), 'a'));
  expect(refusalOf(young, 'b', 'a')).toMatch(/circle/);
  expect(refusalOf(young, 'b', 'b')).toMatch(/this workspace itself/);
});

test('metadata that somebody made up counts as none', () => {
  const wrong = { 'molecule.delegation.depth': -3, 'molecule.delegation.path': [1, 'a', null] };
  expect(lineageOf(wrong)).toEqual({ depth: 0, path: ['a'] });
});

test('a text carries its lineage in its last line, and nowhere else', () => {
  const text = withLineage('Do it.', childMetadata(lineageOf({}), 'a'));
  expect(lineageOf({}, text)).toEqual({ depth: 1, path: ['a'] });
  expect(lineageOf({}, `${text}  \n`)).toEqual({ depth: 1, path: ['a'] });
  expect(lineageOf({}, `${text}\nThat is all.`)).toEqual({ depth: 0, path: [] });
  expect(lineageOf({}, '')).toEqual({ depth: 0, path: [] });
});

test('a text of nothing but beginnings of a lineage is read as quickly as any other', () => {
  const text = '[molecule.delegation 1: '.repeat(50_000);
  const begun = process.cpuUsage();
  expect(lineageOf({}, text)).toEqual({ depth: 0, path: [] });
  // It took a minute of blocked event loop when the whole text was searched.
  expect(process.cpuUsage(begun).user).toBeLessThan(500_000);
});
