import { malformed } from '../../tasks/a2a-errors.js';
import { STATE_NAMES } from '../../tasks/events/task-event.js';

/** The parameters of a request. */
export type Query = Readonly<Record<string, unknown>>;

/** A whole number and its bounds. */
interface NumberBounds {
  readonly least: number;
  readonly most: number;
  /** The value of an absent parameter. */
  readonly absent: number;
}

/** Undefined: the parameter is absent or empty. */
export function textIn(query: Query, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws {RequestMalformedError} with code `PARAMETER_INVALID` */
export function numberIn(query: Query, name: string, { least, most, absent }: NumberBounds): number {
  const text = textIn(query, name);
  if (text === undefined) return absent;
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw malformed(
    'PARAMETER_INVALID',
    `${name} must be a whole number from ${least} to ${most}; it is ${shown(text)}.`,
  );
}

/** Milliseconds since 1970. @throws {RequestMalformedError} with code `PARAMETER_INVALID` */
export function timeIn(query: Query, name: string): number | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw malformed('PARAMETER_INVALID', `${name} must be an ISO 8601 time; it is ${shown(text)}.`);
}

/** Names of task states, separated by commas. @throws {RequestMalformedError} with code `PARAMETER_INVALID` */
export function statesIn(query: Query, name: string): readonly string[] {
  const states = (textIn(query, name) ?? '').split(',').filter((state) => state !== '');
  const unknown = states.find((state) => !STATE_NAMES.includes(state));
  if (unknown === undefined) return states;
  throw malformed(
    'PARAMETER_INVALID',
    `${name} must be names of task states, separated by commas; ${shown(unknown)} is none. They are ${STATE_NAMES.join(', ')}.`,
  );
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
