import { expect, test } from 'vitest';
import { matchesWildcard } from '../src/permissions/wildcard.js';

test.each([
  ['git *', 'git status', true],
  ['git *', 'git ', true],
  ['git *', 'git', false],
  ['*', '', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'acb', false],
  ['ab*bc', 'abc', false],
  ['*.ts', 'one\ntwo.ts', true],
  ['npm run test', 'npm run test', true],
  ['npm run test', 'npm run tests', false],
  ['**', 'anything', true],
  ['a.c', 'abc', false],
])('%j fits %j: %s', (pattern, text, fits) => {
  expect(matchesWildcard(pattern, text)).toBe(fits);
});

test('a pattern with many wildcards is matched in time against a text that almost matches', () => {
  // With backtracking, this would exceed the test's timeout.
  expect(matchesWildcard(`${'*a'.repeat(20)}!`, 'a'.repeat(200_000))).toBe(false);
});
