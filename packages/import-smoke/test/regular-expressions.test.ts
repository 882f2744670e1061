import { analyse } from 'scslre';
import { expect, test } from 'vitest';
import { HostileMatcher } from '../src/match-hostile-texts.ts';
import { findExpressions } from '../src/regular-expressions.ts';

// An expression that backtracks on the text of a caller blocks the event loop, and with it every other caller. The place of
// an expression does not show whether it sees such a text, so the rule holds for all of them.

/** A linear expression matches such a text in a millisecond or less; a quadratic one takes at least 20 seconds. */
const SIZE = 250_000;
const DEADLINE_MS = 5_000;
/** Enough to show that an expression does not end, because one that ends does so in milliseconds. */
const SHOWN_MS = 1_000;

const expressions = findExpressions();

test('no regular expression backtracks more than linearly by its form', { timeout: 60_000 }, () => {
  const slow = expressions.flatMap(({ place, source, flags }) => {
    const { reports } = analyse({ source, flags }, { reportTypes: { Move: true, Self: true, Trade: true } });
    return reports.length === 0 ? [] : [`${place} /${source}/${flags}: ${reports.map(({ type }) => type).join(', ')}`];
  });
  expect(slow).toEqual([]);
});

test('every regular expression ends for every hostile text of 250 kB', { timeout: 300_000 }, async () => {
  await using matcher = new HostileMatcher();
  const endless: string[] = [];
  for (const { place, source, flags } of expressions) {
    const { ended, text } = await matcher.match({ source, flags, size: SIZE }, DEADLINE_MS);
    if (!ended) endless.push(`${place} /${source}/${flags}: ${JSON.stringify(text)}...`);
  }
  expect(endless).toEqual([]);
});

test.each([
  ['/+$', ''],
  ['\\[chain (\\d{1,3}): ([^\\]\\n]*)\\]\\s*$', ''],
  ['^\\s*([^=\\s]+)\\s*=\\s*(.*?)\\s*$', ''],
  ['(a+)+$', ''],
])('a hostile text keeps /%s/ from ending', async (source, flags) => {
  await using matcher = new HostileMatcher();
  expect(await matcher.match({ source, flags, size: SIZE }, SHOWN_MS)).toMatchObject({ ended: false });
});
