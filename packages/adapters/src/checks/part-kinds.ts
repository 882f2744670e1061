import { kindOf } from '../errors/contract-violation.js';
import { aName, type FieldKind, json } from './field-kinds.js';
import { jsonProblem } from './json-problem.js';

export const aFile: FieldKind = (value) => {
  if (typeof value !== 'object' || value === null) return `must be an object, not ${kindOf(value)}`;
  const { kind, data, url, name, mediaType, metadata } = value as Readonly<Record<string, unknown>>;
  if (kind !== 'file') return "must be a part of kind 'file'";
  if ((data === undefined) === (url === undefined)) return 'must have data or a url, not both';
  if (url !== undefined && (typeof url !== 'string' || !URL.canParse(url))) return 'must have a url that is absolute';
  const bad = data === undefined ? undefined : notBase64(data);
  if (bad !== undefined) return bad;
  for (const [key, text] of Object.entries({ name, mediaType })) {
    if (text !== undefined && typeof text !== 'string')
      return `must have a ${key} that is a string, not ${kindOf(text)}`;
  }
  const problem = metadata === undefined ? undefined : jsonProblem(metadata, 'metadata');
  return problem === undefined ? undefined : `must survive JSON, for it is stored: ${problem}`;
};

function notBase64(data: unknown): string | undefined {
  const wanted = 'must have data in base64';
  if (typeof data !== 'string') return `${wanted}, not ${kindOf(data)}`;
  if (data.startsWith('data:')) return `${wanted}, without a "data:...;base64," before it`;
  const isBase64 = data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data);
  return isBase64 ? undefined : `${wanted} (letters, digits, + and /, filled up with = to a multiple of four)`;
}

/** JSON other than null: the protocol's readers treat null as nothing. */
export const aValue: FieldKind = (value, name) => (value === null ? 'must not be null' : json(value, name));

export const anObject: FieldKind = (value, name) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `must be an object, not ${kindOf(value)}`;
  return json(value, name);
};

/** A JSON Schema, or its URI. */
export const aSchema: FieldKind = (value, name) =>
  typeof value === 'string' ? aName(value, name) : anObject(value, name);

/** Parts of a message or an artifact. */
export const parts: FieldKind = (value) => {
  if (!Array.isArray(value)) return `must be a list, not ${kindOf(value)}`;
  if (value.length === 0) return 'must have at least one part';
  for (const [index, part] of (value as readonly unknown[]).entries()) {
    const problem = partProblem(part);
    if (problem !== undefined) return `must have good parts, and part ${index + 1} ${problem}`;
  }
  return undefined;
};

const PARTS: Readonly<Record<string, FieldKind>> = {
  text: textPart,
  data: dataPart,
  file: (value) => aFile(value, 'file'),
};

function partProblem(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null) return `must be an object, not ${kindOf(part)}`;
  const { kind, mediaType, metadata } = part as Readonly<Record<string, unknown>>;
  const check = typeof kind === 'string' && Object.hasOwn(PARTS, kind) ? PARTS[kind] : undefined;
  if (check === undefined) return `must have the kind text, data or file`;
  const problem = check(part, '');
  if (problem !== undefined) return problem;
  if (mediaType !== undefined && typeof mediaType !== 'string')
    return `must have a mediaType that is a string, not ${kindOf(mediaType)}`;
  const bad = metadata === undefined ? undefined : anObject(metadata, 'metadata');
  return bad === undefined ? undefined : `must have metadata, which ${bad}`;
}

function textPart(part: unknown): string | undefined {
  const { text } = part as Readonly<Record<string, unknown>>;
  return typeof text === 'string' ? undefined : `must have a text that is a string, not ${kindOf(text)}`;
}

function dataPart(part: unknown): string | undefined {
  const problem = aValue((part as Readonly<Record<string, unknown>>)['data'], 'data');
  return problem === undefined ? undefined : `must have data, which ${problem}`;
}
