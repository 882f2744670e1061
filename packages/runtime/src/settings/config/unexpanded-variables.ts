import type { ConfigProblem } from './config-error.js';
import { formatPath } from './describe-value.js';
import type { ValuePath } from './workspace-config.js';
import type { YamlSource } from './yaml-source.js';

const REFERENCE = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})$/;
/** Keys that the runtime only passes on; there such a text may be intended. */
const PASSED_ON: readonly (string | number)[] = ['runtime_config', 'sub_workspaces'];

/** Problems for values that consist only of `${NAME}`: they are not expanded, so the text itself would be used. */
export function unexpandedVariables(file: string, source: YamlSource, root: unknown): ConfigProblem[] {
  return textsIn(root, [])
    .filter(({ path, text }) => REFERENCE.test(text) && !PASSED_ON.includes(path[0] ?? ''))
    .map(({ path, text }) => ({
      code: 'unsupported',
      file,
      ...source.locate(path),
      path: formatPath(path),
      wanted: 'the value itself, because variables are not expanded in this file',
      found: text,
      remedy: 'write the value here, or remove the key and set its environment variable (MOLECULE_MODEL, PORT, ...)',
    }));
}

function textsIn(value: unknown, path: ValuePath): { path: ValuePath; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((entry, index) => textsIn(entry, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => textsIn(entry, [...path, key]));
}
