import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../src/workspace.ts';

/** Phrases that hide who does what, each with a plain alternative. An exact list: it grows only by phrases that are never right. */
const UNCLEAR: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bthose who\b/i, 'name them: callers, observers, operators'],
  [/\b(?:whoever|somebody)\b/i, 'name the caller, operator, client or process'],
  [/(?<!`)\bnobody\b/i, 'say "no caller" or "no process", or state what does not happen'],
  [/\b(?:is|are|was|were|be|been) told\b/i, 'say who reports what: "the log has", "the error names"'],
  [/\b(?:goes|go|gone|went) on with\b/i, 'say "continues" or "resumes"'],
  [/\bgive[sn]? back\b/i, 'say "returns" or "releases"'],
  [/\bin vain\b/i, 'say "fails" or "without result"'],
  [/\banew\b/i, 'say "again"'],
];

/** This page quotes the phrases in the rule itself. */
const QUOTING: readonly string[] = ['CONTRIBUTING.md'];

const files = globSync(
  [
    '{packages,templates}/*/src/**/*.{ts,tsx}',
    '{bench,chaos,clients}/src/**/*.ts',
    'scripts/**/*.mjs',
    '*.md',
    'docs/**/*.md',
    '{packages,templates}/*/README.md',
    'templates/*/test/**/*.ts',
    'templates/hermes/scripts/**/*.{mjs,mts}',
    'templates/hermes/hermes-plugin/*.py',
  ],
  { cwd: root },
).filter((file) => !QUOTING.includes(file));

test('sources and documents name who does what (see "Words" in CONTRIBUTING.md, and docs/glossary.md)', () => {
  expect(files.length).toBeGreaterThan(500);
  const unclear = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        UNCLEAR.filter(([phrase]) => phrase.test(line)).map(
          ([phrase, instead]) => `${file}:${index + 1}: "${phrase.exec(line)?.[0]}": ${instead}`,
        ),
      ),
  );
  expect(unclear).toEqual([]);
});
