import { money, short } from '../../text/format.js';
import type { Measure } from './sums.js';

/** A value of the plot in words. */
export function measured(value: number, measure: Measure): string {
  return measure === 'cost' ? money(value) : short(value);
}

/** A value at a line of the axis, with the digits that tell it from the next line. */
export function atLine(value: number, measure: Measure, step: number): string {
  if (measure !== 'cost') return short(value);
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
  return `$${value.toFixed(step < 1 ? Math.max(2, digits) : 0)}`;
}

const DAY = new Intl.DateTimeFormat(document.documentElement.lang || 'en', { month: 'short', day: 'numeric' });

/** `YYYY-MM-DD` as people write it. */
export function dayName(day: string): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return DAY.format(new Date(year, month - 1, date));
}
