import { join } from 'node:path';
import { ENGINE_ERROR_CODES } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { type EmittedCode, emittedCodes } from '../src/error-codes/emitted-codes.ts';
import { REGISTRY_FILES, readRegistry } from '../src/error-codes/registry.ts';
import { renderErrorDocs, wireCode } from '../src/error-codes/render-error-docs.ts';
import { parseSource, readSources } from '../src/syntax.ts';
import { root } from '../src/workspace.ts';

/** The form of every code but those of an `EngineError` and of a `ConfigProblem`. */
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

const registry = await readRegistry();
const emitted = emittedCodes(readSources().filter(({ path }) => !REGISTRY_FILES.includes(path)));
const inWords = new Set(registry.filter(({ section }) => section === 'problem').map(({ code }) => code));
const ofEngines = new Set(registry.filter(({ section }) => section === 'engineError').map(({ code }) => code));
const registered = new Set([
  ...registry.filter(({ code }) => CODE.test(code)).map(({ code }) => code),
  ...[...ofEngines].map(wireCode),
]);

/** With `--update` it writes the file. */
it('docs/errors.md is what the registered codes say', async () => {
  await expect(renderErrorDocs(registry)).toMatchFileSnapshot(join(root, 'docs/errors.md'));
});

describe('the registry', () => {
  it('has a table for every package and template with errors of its own', () => {
    expect(new Set(registry.map(({ folder }) => folder))).toEqual(
      new Set([
        'packages/adapters',
        'packages/create',
        'packages/demo-model',
        'packages/runtime',
        'packages/temporal',
        'templates/hermes',
      ]),
    );
  });

  it('holds every code that the sources emit', () => {
    const unknown = emitted.filter(({ code, surely }) => surely && CODE.test(code) && !registered.has(code));
    expect(unknown.map(({ code, place }) => `${code} at ${place}`)).toEqual([]);
  });

  it('holds no code that the sources never emit', () => {
    const codes = new Set(emitted.map(({ code }) => code));
    expect(registry.filter(({ code }) => CODE.test(code) && !codes.has(code)).map(({ code }) => code)).toEqual([]);
  });

  it('holds the codes of a problem of the configuration, each of which the sources emit', () => {
    const codes = emitted.filter(({ surely, place }) => surely && place.startsWith('packages/runtime/src/settings/'));
    expect(new Set(codes.map(({ code }) => code).filter((code) => inWords.has(code)))).toEqual(inWords);
  });

  it('holds the codes that an engine may throw, but for the one that the runtime reports as another', () => {
    expect(ofEngines).toEqual(new Set(Object.keys(ENGINE_ERROR_CODES).filter((code) => code !== 'canceled')));
  });

  it('says of every code in a sentence what it means and what to do', () => {
    const wrong = registry.filter((row) => [row.meaning, row.remedy].some((text) => !/^\S.*[^\s.]$/s.test(text)));
    expect(wrong.map(({ code }) => code)).toEqual([]);
  });
});

describe('emittedCodes', () => {
  it.each([
    [
      'the first argument of an error',
      "class AError extends Error { constructor(code: string) {} } throw new AError('A_B');",
    ],
    ['an argument of a helper', "const refuse = (text: string, code: Code) => {}; refuse('no', 'A_B');"],
    ['a field', "class AError { readonly code = 'A_B' satisfies Code; }"],
    ['a property, by a branch', "const answer = { code: full ? 'A_B' : other };"],
    ['a default', "const { failureCode = 'A_B' } = reason;"],
    ['what a function returns', "function codeFor() { return 'A_B' as Code; }"],
  ])('finds %s', (_name, text) => {
    expect(found(text)).toEqual([{ code: 'A_B', surely: true }]);
  });

  it.each([
    ['a type', "let code: 'A_B';"],
    ['a comparison', "if (error.code === 'A_B') stop();"],
    ['a question', "function hasCode(error: unknown, code: string) {} hasCode(error, 'A_B');"],
    ['a list', "const codes = ['A_B'];"],
  ])('does not find %s', (_name, text) => {
    expect(found(text)).toEqual([]);
  });
});

function found(text: string): readonly Omit<EmittedCode, 'place'>[] {
  const codes = emittedCodes([parseSource('example.ts', text)]);
  return codes.filter(({ code }) => CODE.test(code)).map(({ code, surely }) => ({ code, surely }));
}
