import { en, LANGUAGE } from './en.js';

const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'full', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(LANGUAGE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const day = new Intl.DateTimeFormat(LANGUAGE, { month: 'short', day: 'numeric' });
const dayOfYear = new Intl.DateTimeFormat(LANGUAGE, { year: 'numeric', month: 'short', day: 'numeric' });
const whole = new Intl.NumberFormat(LANGUAGE);
const compact = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 });
const cents = new Intl.NumberFormat(LANGUAGE, { style: 'currency', currency: 'USD' });
const mills = new Intl.NumberFormat(LANGUAGE, { style: 'currency', currency: 'USD', minimumFractionDigits: 3 });

/** A time to the second with its zone, in the viewer's zone. */
export function exactTime(iso: string): string {
  return exact.format(new Date(iso));
}

/** The day with hours, minutes and seconds, in the viewer's zone. */
export function dayTime(iso: string): string {
  return `${day.format(new Date(iso))}, ${clock.format(new Date(iso))}`;
}

/** Hours, minutes and seconds in the viewer's zone. */
export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

/** How long ago: `now`, `42 s`, `5 min`, `3 h`, `2 d`, then the day. */
export function age(iso: string, present: number): string {
  const time = new Date(iso);
  const seconds = Math.floor((present - time.getTime()) / 1000);
  if (seconds < 1) return en['time.now'];
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)} d`;
  return time.getFullYear() === new Date(present).getFullYear() ? day.format(time) : dayOfYear.format(time);
}

/** A duration in at most two units: `320 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  if (seconds < 86_400) return pair(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min');
  return pair(Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3600), 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

export function integer(value: number): string {
  return whole.format(value);
}

/** `950`, `12.3K`, `4.1M`. */
export function short(value: number): string {
  return value < 1000 ? whole.format(value) : compact.format(value);
}

/** US dollars; below ten with three digits, so that single calls can be compared. */
export function money(value: number): string {
  return Math.abs(value) < 10 ? mills.format(value) : cents.format(value);
}

const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** A size in units of 1000. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
