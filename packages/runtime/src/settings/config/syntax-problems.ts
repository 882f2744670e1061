import type { ErrorCode, YAMLError } from 'yaml';
import type { ConfigProblem } from './config-error.js';
import type { YamlSource } from './yaml-source.js';

type Explanation = Pick<ConfigProblem, 'wanted' | 'found' | 'remedy'>;

const EXPLANATIONS: Partial<Record<ErrorCode, Explanation>> = {
  DUPLICATE_KEY: {
    wanted: 'each key once',
    found: 'a key that already appears above',
    remedy: 'remove one of the two',
  },
  TAB_AS_INDENT: {
    wanted: 'spaces at the beginning of a line',
    found: 'a tab',
    remedy: 'replace the tab with two spaces',
  },
  MULTIPLE_DOCS: {
    wanted: 'one YAML document',
    found: 'a second document after ---',
    remedy: 'remove the line --- and everything after it',
  },
  TAG_RESOLVE_FAILED: {
    wanted: 'plain YAML',
    found: 'a tag that begins with !',
    remedy: 'write the value itself; put a text that begins with ! in quotes',
  },
};

/** The errors of the YAML parser, in plain words. After `duplicate-key` the file can still be validated. */
export function syntaxProblems(file: string, source: YamlSource): ConfigProblem[] {
  const { errors, warnings } = source.document;
  return [...errors, ...warnings].map((error) => ({
    code: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'syntax',
    file,
    ...source.positionAt(error.pos[0]),
    path: error.code === 'DUPLICATE_KEY' ? keyAt(error, source) : '',
    ...(EXPLANATIONS[error.code] ?? {
      wanted: 'valid YAML',
      found: `a mistake: ${lowerFirst(error.message)}`,
      remedy: 'check this line and the one above it: indentation, quotes, a missing colon or space',
    }),
  }));
}

function keyAt(error: YAMLError, source: YamlSource): string {
  const text = source.text.slice(error.pos[0]);
  return /^[^\s:]+/.exec(text)?.[0] ?? '';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
