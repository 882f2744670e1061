import type { UsageRow } from '../../api/types.js';
import { type Measure, sumOf, sumsBy, valueIn } from './sums.js';

/** The values of one model, a value for each day. */
export interface Series {
  readonly name: string;
  /** Its colour in the plot, from 1. */
  readonly colour: number;
  readonly values: readonly number[];
}

/** Models with a colour of their own; the others share the last colour. */
const MOST_SERIES = 5;

/** The rows of a range as values by model and day, the largest model first. */
export function seriesOf(
  rows: readonly UsageRow[],
  days: readonly string[],
  measure: Measure,
  others: string,
): readonly Series[] {
  const models = [...sumsBy(rows, 'model')]
    .sort((one, other) => valueIn(other, measure) - valueIn(one, measure))
    .map(({ name }) => name);
  const isFew = models.length <= MOST_SERIES;
  const own = isFew ? models : models.slice(0, MOST_SERIES - 1);
  const groups = own.map((model) => ({ name: model, rows: rows.filter((row) => row.model === model) }));
  if (!isFew) groups.push({ name: others, rows: rows.filter(({ model }) => !own.includes(model)) });
  return groups.map(({ name, rows: group }, index) => ({
    name,
    colour: index + 1,
    values: days.map((day) => valueIn(sumOf(group.filter((row) => row.day === day)), measure)),
  }));
}
