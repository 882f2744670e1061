import { stringify } from 'yaml';
import type { z } from 'zod';
import type { ConfigProblem } from './config-error.js';
import { describeValueAt, formatPath, valueAt } from './describe-value.js';
import { fieldAt, remedyForUnknownKey } from './known-keys.js';
import type { ValuePath } from './workspace-config.js';
import type { YamlSource } from './yaml-source.js';

/** Converts the issues of the schema into problems with their position in the file. */
export function problemsFromIssues(
  issues: readonly z.core.$ZodIssue[],
  file: string,
  source: YamlSource,
  root: unknown,
): ConfigProblem[] {
  return issues
    .flatMap((issue) => flatten(issue, [], root))
    .map(({ issue, path }) => {
      if (issue.code === 'unrecognized_keys') return unknownKey(path, file, source, root);
      return wrongValue(issue, path, file, source, root);
    });
}

interface PlacedIssue {
  readonly issue: z.core.$ZodIssue;
  readonly path: ValuePath;
}

/** One entry for each unknown key; for a union, the issues of the branch that matches the value's type. */
function flatten(issue: z.core.$ZodIssue, parent: ValuePath, root: unknown): PlacedIssue[] {
  const path = [...parent, ...(issue.path as (string | number)[])];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ issue, path: [...path, key] }));
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.find((branch) => branch.length > 0 && !branch.some(isWrongTypeOfAll));
    if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path, root));
  }
  return [{ issue, path }];
}

function isWrongTypeOfAll(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function unknownKey(path: ValuePath, file: string, source: YamlSource, root: unknown): ConfigProblem {
  const key = String(path.at(-1));
  return {
    code: 'unknown-key',
    file,
    ...source.locateKey(path),
    path: formatPath(path),
    wanted: 'a known key',
    found: `\`${key}\` with ${describeValueAt(path, valueAt(root, path))}`,
    remedy: remedyForUnknownKey(path.slice(0, -1), key),
  };
}

function wrongValue(
  issue: z.core.$ZodIssue,
  path: ValuePath,
  file: string,
  source: YamlSource,
  root: unknown,
): ConfigProblem {
  const value = valueAt(root, path);
  return {
    code: value === undefined ? 'missing' : 'invalid-value',
    file,
    ...source.locate(path),
    path: formatPath(path),
    wanted: issue.message,
    found: describeValueAt(path, value),
    remedy: remedyForValue(path, value, source),
  };
}

function remedyForValue(path: ValuePath, value: unknown, source: YamlSource): string {
  const key = String(path.at(-1) ?? '');
  const field = fieldAt(path);
  if ((typeof value === 'number' || typeof value === 'boolean') && field?.type === 'string' && !field.format) {
    return `put it in quotes: ${key}: "${source.sourceText(path) ?? value}"`;
  }
  const example = field?.examples?.[0];
  if (example === undefined) return 'change it to the wanted form';
  const line = stringify({ [key]: example }, { collectionStyle: 'flow', lineWidth: 0 })
    .trim()
    .replace(/^\{ ?| ?\}$/g, '');
  return `${value === undefined ? 'add a line such as' : 'write for example'} ${line}`;
}
