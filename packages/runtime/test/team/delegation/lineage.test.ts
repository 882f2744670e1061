import { expect, test } from 'vitest';
import { childMetadata, lineageOf, refusalOf, withLineage } from '../../../src/team/delegation/lineage.js';

test('a task may be delegated five times, and never to a workspace of its chain', () => {
  let metadata = {};
  for (const workspace of ['a', 'b', 'c', 'd', 'e']) {
    expect(refusalOf(lineageOf(metadata), workspace, 'other')).toBeUndefined();
    metadata = childMetadata(lineageOf(metadata), workspace);
  }
  expect(lineageOf(metadata)).toEqual({ depth: 5, path: ['a', 'b', 'c', 'd', 'e'] });
  expect(refusalOf(lineageOf(metadata), 'f', 'other')).toMatch(/already delegated 5 times/);
  const young = lineageOf(childMetadata(lineageOf({}), 'a'));
  expect(refusalOf(young, 'b', 'a')).toMatch(/cycle/);
  expect(refusalOf(young, 'b', 'b')).toMatch(/this workspace itself/);
});

test('invalid metadata is ignored', () => {
  const wrong = { 'molecule.delegation.depth': -3, 'molecule.delegation.path': [1, 'a', null] };
  expect(lineageOf(wrong)).toEqual({ depth: 0, path: ['a'] });
});

test('a text has its lineage only in its last line', () => {
  const text = withLineage('Do it.', childMetadata(lineageOf({}), 'a'));
  expect(lineageOf({}, text)).toEqual({ depth: 1, path: ['a'] });
  expect(lineageOf({}, `${text}  \n`)).toEqual({ depth: 1, path: ['a'] });
  expect(lineageOf({}, `${text}\nThat is all.`)).toEqual({ depth: 0, path: [] });
  expect(lineageOf({}, '')).toEqual({ depth: 0, path: [] });
});

test('only the end of a text is searched for a lineage', () => {
  // A search of this whole text blocked the event loop for a minute.
  expect(lineageOf({}, '[molecule.delegation 1: '.repeat(50_000))).toEqual({ depth: 0, path: [] });
  const line = (ids: number) => `[molecule.delegation 1: ${'a '.repeat(ids)}]`;
  expect(lineageOf({}, line(2_000)).depth).toBe(1);
  expect(lineageOf({}, line(3_000)).depth).toBe(0);
});
