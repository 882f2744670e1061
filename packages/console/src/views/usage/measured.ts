import { money, short } from '../../text/format.js';
import type { Measure } from './sums.js';

/** A value of the plot in words. */
export function measured(value: number, measure: Measure): string {
  return measure === 'cost' ? money(value) : short(value);
}

const DAY = new Intl.DateTimeFormat(document.documentElement.lang || 'en', { month: 'short', day: 'numeric' });

/** `YYYY-MM-DD` as people write it. */
export function dayName(day: string): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return DAY.format(new Date(year, month - 1, date));
}
