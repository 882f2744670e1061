import { isObject } from '../../../support/is-object.js';

type Json = Readonly<Record<string, unknown>>;

const NOT_BASE64 = /[^A-Za-z0-9+/_-]/;
const CONTENTS = ['text', 'raw', 'url', 'data'];
const LEGACY_CONTENTS = ['text', 'file', 'data'];
const BYTES = ['bytes', 'fileWithBytes', 'file_with_bytes'];
const PLACES = ['uri', 'fileWithUri', 'file_with_uri'];

/** The fault of a part's content, apart from the types of its fields; `undefined` if it has none. */
export function contentProblem(part: Json, path: string): string | undefined {
  const { raw, file } = part;
  return (
    // A part with a `kind` is of 0.3's JSON-RPC, where the kind decides which field counts.
    ('kind' in part ? undefined : severalProblem(part, path, isObject(file) ? LEGACY_CONTENTS : CONTENTS)) ??
    (typeof raw === 'string' ? problemOf(`${path}.raw`, raw) : undefined) ??
    (isObject(file) ? fileProblem(file, `${path}.file`) : undefined)
  );
}

function fileProblem(file: Json, path: string): string | undefined {
  const several = severalProblem(file, path, [...BYTES, ...PLACES]);
  if (several !== undefined) return several;
  for (const name of BYTES) {
    const bytes = file[name];
    const problem = typeof bytes === 'string' ? problemOf(`${path}.${name}`, bytes) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Only one member of a `oneof` may be set. In JSON, null means that it is not set. */
function severalProblem(map: Json, path: string, names: readonly string[]): string | undefined {
  const given = names.filter((name) => map[name] !== undefined && map[name] !== null);
  if (given.length < 2) return undefined;
  return `${path} must have one of ${names.join(', ')}; it has ${given.join(' and ')}.`;
}

function problemOf(path: string, base64: string): string | undefined {
  const problem = base64Problem(base64);
  return problem === undefined ? undefined : `${path} ${problem}.`;
}

/**
 * The fault of a base64 text, to be put after the field's name; `undefined` if it has none. Both alphabets are valid, with and
 * without padding (JSON mapping of protocol buffers), and so are line ends, which some encoders write.
 */
function base64Problem(text: string): string | undefined {
  if (text.startsWith('data:')) {
    return 'must be base64 alone; it is a data URL: send what comes after "base64,", and the type as its media type';
  }
  const joined = text.includes('\n') || text.includes('\r') ? text.replaceAll('\r', '').replaceAll('\n', '') : text;
  const end = joined.search(NOT_BASE64);
  const length = end < 0 ? joined.length : end;
  const padding = end < 0 ? '' : joined.slice(end, end + 3);
  if (padding !== '' && padding !== '=' && padding !== '==') {
    return `must be base64; it has ${JSON.stringify(joined.charAt(end))} at character ${end + 1}`;
  }
  const isWhole = padding === '' ? length % 4 !== 1 : (length + padding.length) % 4 === 0;
  return isWhole ? undefined : 'must be base64; no base64 has its length: its end is missing';
}
