import { kindOf } from '../errors/contract-violation.js';

/** Levels of nesting; a deeper value counts as one that contains itself. */
const DEEPEST = 200;

/**
 * Where and why `JSON.stringify` and `JSON.parse` do not preserve a value; `undefined` if they do. A key that is set to `undefined`
 * counts as absent.
 *
 * @param path name of the value, for example `input`
 */
export function jsonProblem(value: unknown, path: string, depth = 0): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return undefined;
  if (depth > DEEPEST) return `${path} is nested deeper than ${DEEPEST} levels, or holds itself`;
  if (Array.isArray(value)) return firstProblem(value.entries(), (key) => `${path}[${key}]`, depth);
  if (!isPlain(value)) return `${path} is ${kindOf(value)}`;
  const present = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return firstProblem(present, (key) => `${path}.${key}`, depth);
}

function firstProblem<Key>(
  entries: Iterable<readonly [Key, unknown]>,
  pathOf: (key: Key) => string,
  depth: number,
): string | undefined {
  for (const [key, value] of entries) {
    const problem = jsonProblem(value, pathOf(key), depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm, such as a test runner's, has another Object.prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
