import { describe, expect, it } from 'vitest';
import type { UsageRow } from '../../src/api/types.js';
import { labelEvery, ticksUpTo } from '../../src/views/usage/plot-scale.js';
import { seriesOf } from '../../src/views/usage/plot-series.js';
import { sumsBy } from '../../src/views/usage/sums.js';
import { daysOf, rangeOf, readUsageSearch } from '../../src/views/usage/usage-search.js';

function row(day: string, model: string, costUsd: number): UsageRow {
  return {
    day,
    model,
    owner: 'ann',
    inputTokens: 10,
    outputTokens: 1,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    costUsd,
    turns: 1,
  };
}

describe('the range', () => {
  it('is read from the address, without what is no day', () => {
    expect(readUsageSearch({ from: '2026-02-31x', to: '2026-03-01', measure: 'euro', owner: '*' })).toEqual({
      to: '2026-03-01',
      owner: '*',
    });
  });

  it('has thirty days up to its end, over the end of a month and of a year', () => {
    expect(rangeOf({ to: '2026-01-10' })).toEqual({ from: '2025-12-12', to: '2026-01-10' });
    expect(daysOf({ from: '2026-02-27', to: '2026-03-02' })).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]);
    expect(rangeOf({ from: '2026-03-02', to: '2026-03-01' })).toEqual({ from: '2026-03-01', to: '2026-03-02' });
  });
});

describe('the plot', () => {
  it.each([
    [0, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [0.07, [0, 0.02, 0.04, 0.06, 0.08]],
    [930, [0, 250, 500, 750, 1000]],
  ])('has round lines up to %d', (most, lines) => {
    expect(ticksUpTo(most).map((tick) => Number(tick.toFixed(6)))).toEqual(lines);
  });

  it('leaves out names of days that have no room', () => {
    expect(labelEvery(30, 900, 56)).toBe(2);
    expect(labelEvery(7, 900, 56)).toBe(1);
  });

  it('has a series for each of few models, and one for the smaller of many', () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((model, index) => row('2026-03-01', model, 6 - index));
    const series = seriesOf(rows, ['2026-03-01', '2026-03-02'], 'cost', 'others');
    expect(series.map(({ name, values }) => [name, values])).toEqual([
      ['a', [6, 0]],
      ['b', [5, 0]],
      ['c', [4, 0]],
      ['d', [3, 0]],
      ['others', [3, 0]],
    ]);
    expect(seriesOf(rows.slice(0, 5), ['2026-03-01'], 'cost', 'others')).toHaveLength(5);
  });

  it('adds up by model, the most expensive first', () => {
    const rows = [row('1', 'a', 1), row('2', 'b', 3), row('3', 'a', 1)];
    expect(sumsBy(rows, 'model')).toMatchObject([
      { name: 'b', costUsd: 3 },
      { name: 'a', costUsd: 2, turns: 2, inputTokens: 20 },
    ]);
  });
});
