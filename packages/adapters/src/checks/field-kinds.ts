import { kindOf } from '../errors/contract-violation.js';
import { ENGINE_ERROR_CODES } from '../errors/engine-error.js';
import { jsonProblem } from './json-problem.js';

/** Checks a field's value. Returns the problem, to follow the field's name: `must be a string, not undefined`. */
export type FieldKind = (value: unknown, name: string) => string | undefined;

export const aString: FieldKind = (value) =>
  typeof value === 'string' ? undefined : `must be a string, not ${kindOf(value)}`;

export const aName: FieldKind = (value) => {
  if (typeof value !== 'string') return `must be a string, not ${kindOf(value)}`;
  return value.trim() === '' ? 'must not be empty' : undefined;
};

export const aBoolean: FieldKind = (value) =>
  typeof value === 'boolean' ? undefined : `must be true or false, not ${kindOf(value)}`;

export const tokens: FieldKind = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0
    ? undefined
    : `must count whole tokens, from 0, not ${kindOf(value)}`;

export const dollars: FieldKind = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? undefined
    : `must be US dollars, from 0, not ${kindOf(value)}`;

export const milliseconds: FieldKind = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? undefined
    : `must be milliseconds from now, not ${kindOf(value)}`;

export const json: FieldKind = (value, name) => {
  if (value === undefined) return 'must be given; null stands for nothing';
  const problem = jsonProblem(value, name);
  return problem === undefined ? undefined : `must survive JSON, for it is stored: ${problem}`;
};

export const anErrorCode: FieldKind = (value) =>
  typeof value === 'string' && Object.hasOwn(ENGINE_ERROR_CODES, value)
    ? undefined
    : `must be an engine error code (${Object.keys(ENGINE_ERROR_CODES).join(', ')})`;

export function oneOf(...choices: readonly string[]): FieldKind {
  return (value) =>
    typeof value === 'string' && choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`;
}

export const aUrl: FieldKind = (value) =>
  typeof value === 'string' && URL.canParse(value) ? undefined : 'must be an absolute URL';

export const names: FieldKind = (value) =>
  Array.isArray(value) && value.every((name) => aName(name, '') === undefined) ? undefined : 'must be a list of names';

export const choices: FieldKind = (value) => {
  if (!Array.isArray(value)) return `must be a list, not ${kindOf(value)}`;
  const ids = new Set<unknown>();
  for (const choice of value as readonly unknown[]) {
    const fields = (typeof choice === 'object' && choice !== null ? choice : {}) as Record<string, unknown>;
    const { id, label, means } = fields;
    if (aName(id, '') !== undefined || aName(label, '') !== undefined) return 'must each have an id and a label';
    if (means !== undefined && means !== 'approve' && means !== 'reject') return 'must mean approve or reject';
    if (ids.has(id)) return 'must have different ids';
    ids.add(id);
  }
  return undefined;
};

export const aTool: FieldKind = (value) => {
  if (typeof value !== 'object' || value === null) return `must be an object, not ${kindOf(value)}`;
  const { name, input } = value as Readonly<Record<string, unknown>>;
  const wrong = aName(name, 'name');
  if (wrong !== undefined) return `must have a name, which ${wrong}`;
  const bad = json(input, 'input');
  return bad === undefined ? undefined : `must have an input, which ${bad}`;
};
