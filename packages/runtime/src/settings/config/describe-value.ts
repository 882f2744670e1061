import { cutText } from '@molecule/adapters';
import type { ValuePath } from './workspace-config.js';

const SHOWN_CHARACTERS = 60;
const SECRET_NAME = /key|token|secret|password|credential/i;

/** A short description of a value, for the "found" of a problem. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text ${JSON.stringify(shorten(value))}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  return `${value}`;
}

/** Like {@link describeValue}, but hides the value if the name of the path's last key suggests a secret. */
export function describeValueAt(path: ValuePath, value: unknown): string {
  const name = path.findLast((key) => typeof key === 'string') ?? '';
  const isScalar = typeof value === 'string' || typeof value === 'number';
  return isScalar && SECRET_NAME.test(String(name))
    ? `a ${typeof value === 'string' ? 'text' : 'number'} (not shown)`
    : describeValue(value);
}

/** `skills[1].id` for `['skills', 1, 'id']`. */
export function formatPath(path: ValuePath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** The value at a path, or `undefined` if the path does not exist. */
export function valueAt(root: unknown, path: ValuePath): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

function shorten(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${cutText(text, SHOWN_CHARACTERS)}...`;
}
