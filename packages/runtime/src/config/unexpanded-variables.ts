import type { ConfigProblem } from './config-error.js';
import { formatPath } from './describe-value.js';
import type { ValuePath } from './workspace-config.js';
import type { YamlSource } from './yaml-source.js';

const REFERENCE = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})$/;
/** What the runtime only passes on may mean such a text. */
const PASSED_ON: readonly (string | number)[] = ['runtime_config', 'sub_workspaces'];

/** Values that are nothing but `${NAME}`: they would be used as they stand, which nobody means. */
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
      remedy:
        'write the value here, or leave it out and set the environment variable for it (MOLECULE_MODEL, PORT, ...)',
    }));
}

function textsIn(value: unknown, path: ValuePath): { path: ValuePath; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((entry, index) => textsIn(entry, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => textsIn(entry, [...path, key]));
}
