/** The parameters of the view in its address. */
export interface UsageSearch {
  /** YYYY-MM-DD, in the viewer's zone. Absent: 29 days before `to`. */
  readonly from?: string;
  /** Absent: today. */
  readonly to?: string;
  /** What the plot shows. Absent: cost if there is any, else tokens. */
  readonly measure?: 'cost' | 'tokens' | 'turns';
  /** `*`: all owners, for administrators. Absent: the viewer's own. */
  readonly owner?: string;
}

export interface Range {
  readonly from: string;
  readonly to: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MEASURES = ['cost', 'tokens', 'turns'] as const;
const DEFAULT_DAYS = 30;

export function readUsageSearch(search: Readonly<Record<string, unknown>>): UsageSearch {
  const { from, to, measure, owner } = search;
  const known = MEASURES.find((one) => one === measure);
  return {
    ...(isDay(from) && { from }),
    ...(isDay(to) && { to }),
    ...(known !== undefined && { measure: known }),
    ...(typeof owner === 'string' && owner !== '' && { owner }),
  };
}

/** The days that are shown. A range that ends before it begins is turned round. */
export function rangeOf({ from, to = dayOf(new Date()) }: UsageSearch): Range {
  const first = from ?? daysBefore(to, DEFAULT_DAYS - 1);
  return first <= to ? { from: first, to } : { from: to, to: first };
}

/** The first and last day of a range that ends today. */
export function lastDays(count: number): Range {
  const to = dayOf(new Date());
  return { from: daysBefore(to, count - 1), to };
}

/** Every day of a range, at most a year. */
export function daysOf({ from, to }: Range): readonly string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < 366; day = daysBefore(day, -1)) days.push(day);
  return days;
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value));
}

function daysBefore(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return dayOf(new Date(year, month - 1, date - count));
}

/** The day of a time in the viewer's zone. */
function dayOf(time: Date): string {
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${digits(time.getMonth() + 1)}-${digits(time.getDate())}`;
}
