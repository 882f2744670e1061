import { base64Problem } from './base64-problem.js';

type Json = Readonly<Record<string, unknown>>;

const CONTENTS = ['text', 'raw', 'url', 'data'];
const LEGACY_CONTENTS = ['text', 'file', 'data'];
const BYTES = ['bytes', 'fileWithBytes', 'file_with_bytes'];
const PLACES = ['uri', 'fileWithUri', 'file_with_uri'];

/** What is wrong with a part's content, beyond the types of its fields. */
export function contentProblem(part: Json, path: string): string | undefined {
  const { raw, file } = part;
  return (
    // A part that says its `kind` is of 0.3's JSON-RPC: the kind decides which of its fields counts.
    ('kind' in part ? undefined : severalProblem(part, path, isMap(file) ? LEGACY_CONTENTS : CONTENTS)) ??
    (typeof raw === 'string' ? problemOf(`${path}.raw`, raw) : undefined) ??
    (isMap(file) ? fileProblem(file, `${path}.file`) : undefined)
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

/** The members of a `oneof` exclude one another; null is how JSON says that one is not set. */
function severalProblem(map: Json, path: string, names: readonly string[]): string | undefined {
  const given = names.filter((name) => map[name] !== undefined && map[name] !== null);
  if (given.length < 2) return undefined;
  return `${path} must have one of ${names.join(', ')}; it has ${given.join(' and ')}.`;
}

function problemOf(path: string, base64: string): string | undefined {
  const problem = base64Problem(base64);
  return problem === undefined ? undefined : `${path} ${problem}.`;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
