import { TaskState } from '@a2a-js/sdk';
import { parseAge, WANTED_AGE } from '../../settings/age.js';
import { UsageError } from '../host/usage-error.js';

const STATES = [
  'submitted',
  'working',
  'input-required',
  'auth-required',
  'completed',
  'failed',
  'canceled',
  'rejected',
] as const;

/** @throws {UsageError} */
export function readState(text: string | undefined): TaskState | undefined {
  if (text === undefined) return undefined;
  const name = STATES.find((state) => state === text.toLowerCase());
  if (name === undefined) throw new UsageError(`--state wants one of ${STATES.join(', ')}; found "${text}".`);
  return TaskState[`TASK_STATE_${name.toUpperCase().replace('-', '_')}` as keyof typeof TaskState];
}

/** The name of a state, as options and listings have it. */
export function nameOfState(state: TaskState): string {
  return TaskState[state].replace('TASK_STATE_', '').toLowerCase().replaceAll('_', '-');
}

/**
 * The time before which something has this age.
 *
 * @throws {UsageError}
 */
export function readAge(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const age = parseAge(text);
  if (age === undefined || !Number.isFinite(age)) {
    throw new UsageError(`--${option} wants ${WANTED_AGE.replace(', or off', '')}; found "${text}".`);
  }
  return Date.now() - age;
}

/** @throws {UsageError} */
export function readLimit(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || !Number.isSafeInteger(limit)) {
    throw new UsageError(`--limit wants a whole number from 1; found "${text}".`);
  }
  return limit;
}
