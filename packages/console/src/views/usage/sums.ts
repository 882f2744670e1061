import type { UsageRow } from '../../api/types.js';
import type { UsageSearch } from './usage-search.js';

export type Measure = NonNullable<UsageSearch['measure']>;

/** What was used, added up. */
export interface Sum {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly costUsd: number;
  readonly turns: number;
}

/** The sum of the rows of one model, owner or day. */
export interface NamedSum extends Sum {
  readonly name: string;
}

export function sumOf(rows: readonly UsageRow[]): Sum {
  const total = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costUsd: 0, turns: 0 };
  for (const row of rows) {
    total.inputTokens += row.inputTokens;
    total.outputTokens += row.outputTokens;
    total.cachedInputTokens += row.cachedInputTokens;
    total.costUsd += row.costUsd;
    total.turns += row.turns;
  }
  return total;
}

/** A sum for each value of a field, the largest first. */
export function sumsBy(rows: readonly UsageRow[], field: 'owner' | 'model' | 'day'): readonly NamedSum[] {
  const groups = new Map<string, UsageRow[]>();
  for (const row of rows) groups.set(row[field], [...(groups.get(row[field]) ?? []), row]);
  const sums = [...groups].map(([name, group]) => ({ name, ...sumOf(group) }));
  return sums.sort(
    (one, other) => other.costUsd - one.costUsd || tokensOf(other) - tokensOf(one) || (one.name < other.name ? -1 : 1),
  );
}

function tokensOf({ inputTokens, outputTokens }: Pick<Sum, 'inputTokens' | 'outputTokens'>): number {
  return inputTokens + outputTokens;
}

export function valueIn(sum: Sum, measure: Measure): number {
  if (measure === 'cost') return sum.costUsd;
  return measure === 'tokens' ? tokensOf(sum) : sum.turns;
}
