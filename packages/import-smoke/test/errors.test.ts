import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MoleculeError } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { copyBuiltPackages } from '../src/second-copy.ts';
import { nameOf, nodesBelow, placeOf, readSources, type SyntaxNode } from '../src/syntax.ts';
import { manifestOf, PUBLISHED, root } from '../src/workspace.ts';

interface ErrorClass {
  new (...values: readonly unknown[]): MoleculeError;
  readonly prototype: MoleculeError;
  is(value: unknown): boolean;
}

const cause = new Error('the first cause');
const text = 'what was wanted and what was found';

/** How each exported error is made, and the code that it then has. A class without a line here fails the test. */
const MADE_WITH: Readonly<Record<string, { readonly values: readonly unknown[]; readonly code: string }>> = {
  AdapterLoadError: {
    values: [
      'ADAPTER_MODULE_FAILED',
      { specifier: './a.js', from: '/agent', variable: 'ADAPTER_MODULE' },
      { summary: text, remedy: text, cause },
    ],
    code: 'ADAPTER_MODULE_FAILED',
  },
  CancelNotDeliveredError: { values: ['task', text, { cause }], code: 'CANCEL_NOT_DELIVERED' },
  ConfigError: { values: [[], { cause }], code: 'CONFIG_INVALID' },
  ContractViolationError: { values: [text], code: 'ADAPTER_CONTRACT_BROKEN' },
  DemoModelError: { values: ['DEMO_MODEL_FAILED', text, { cause }], code: 'DEMO_MODEL_FAILED' },
  DurableError: { values: ['TEMPORAL_UNAVAILABLE', text], code: 'TEMPORAL_UNAVAILABLE' },
  EncryptionKeyError: { values: ['PAYLOAD_DAMAGED', text, { cause }], code: 'PAYLOAD_DAMAGED' },
  EngineError: { values: ['auth', text, { cause }], code: 'auth' },
  ListenError: { values: [text, { cause }], code: 'LISTEN_FAILED' },
  ModelAccessError: { values: ['MODEL_KEY_MISSING', text, { cause }], code: 'MODEL_KEY_MISSING' },
  StateDirectoryError: { values: [text, { cause }], code: 'STATE_DIR_UNUSABLE' },
  TaskLogError: { values: ['STALE_ATTEMPT', text, { cause }], code: 'STALE_ATTEMPT' },
  TemporalAccessError: { values: ['TEMPORAL_ACCESS_DENIED', text, { cause }], code: 'TEMPORAL_ACCESS_DENIED' },
  TemporalCliError: { values: ['TEMPORAL_CLI_UNUSABLE', text, { cause }], code: 'TEMPORAL_CLI_UNUSABLE' },
  TurnHandedOverError: { values: [text], code: 'TURN_HANDED_OVER' },
};

await using directory = await makeOutsideDirectory('copies');
await copyBuiltPackages(directory.path);
const [classes, others] = [await errorClasses(join(root, 'packages')), await errorClasses(directory.path)];

it('every exported error has its line here, and two copies of the packages are loaded', () => {
  expect([...classes.keys()].filter((name) => name !== 'MoleculeError').sort()).toEqual(Object.keys(MADE_WITH).sort());
  expect([...others.keys()].sort()).toEqual([...classes.keys()].sort());
  expect([...classes].filter(([name, Class]) => Class === others.get(name))).toEqual([]);
});

describe.each(Object.keys(MADE_WITH))('%s', (name) => {
  const made = [classes, others].map((copy) => make(copy, name));

  it('is itself for its class in both copies, and for no other class', () => {
    for (const error of made) {
      for (const copy of [classes, others]) {
        const matching = [...copy.values()].filter((Class) => Class.is(error)).map(({ prototype }) => prototype);
        const expected = [...copy.values()].filter((Class) => isOrExtends(copy.get(name), Class));
        expect(matching).toEqual(expected.map(({ prototype }) => prototype));
      }
    }
  });

  it('has its name, its code and its cause', () => {
    for (const error of made) {
      expect(error).toMatchObject({ name, code: MADE_WITH[name]?.code });
      if (JSON.stringify(MADE_WITH[name]?.values).includes('cause')) expect(error.cause).toBe(cause);
    }
  });

  it('keeps name and code as JSON, and its message as a clone', () => {
    for (const error of made) {
      expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name, code: MADE_WITH[name]?.code });
      expect(structuredClone(error).message).toBe(error.message);
    }
  });
});

describe('the classes of the sources', () => {
  const found = readSources().flatMap((source) =>
    [...nodesBelow(source.program)]
      .filter(({ node }) => node.type === 'ClassDeclaration' || node.type === 'ClassExpression')
      .map(({ node }) => ({ source, node, name: nameOf(node['id']) ?? '', parent: nameOf(node['superClass']) ?? '' })),
  );
  const parents = new Map(found.map(({ name, parent }) => [name, parent]));
  const errors = found.filter(({ name }) => ancestorsOf(name).includes('Error'));

  it('that are errors end with Error', () => {
    expect(errors.length).toBeGreaterThan(30);
    const others = errors.filter(({ name }) => !name.endsWith('Error'));
    expect(others.map(({ source, node, name }) => `${name} at ${placeOf(source, node)}`)).toEqual([]);
  });

  it('that extend MoleculeError have a brand of their own, made of their package and their name', () => {
    const branded = errors.filter(({ name }) => ancestorsOf(name).includes('MoleculeError'));
    expect(branded.length).toBeGreaterThan(25);
    const wrong = branded.filter(({ source, node, name }) => brandOf(node) !== `${packageOf(source.path)}.${name}`);
    expect(wrong.map(({ source, node, name }) => `${name} at ${placeOf(source, node)}`)).toEqual([]);
    expect(new Set(branded.map(({ node }) => brandOf(node))).size).toBe(branded.length);
  });

  function ancestorsOf(name: string): readonly string[] {
    const parent = parents.get(name);
    return parent === undefined || parent === '' ? [] : [parent, ...ancestorsOf(parent)];
  }
});

async function errorClasses(directory: string): Promise<ReadonlyMap<string, ErrorClass>> {
  const modules = PUBLISHED.flatMap((folder) =>
    Object.values(manifestOf('packages', folder).exports ?? {})
      .filter((target) => typeof target === 'object')
      .map((target) => join(directory, folder, (target as { readonly default: string }).default)),
  );
  const found = new Map<string, ErrorClass>();
  for (const path of modules) {
    const exported = Object.entries((await import(pathToFileURL(path).href)) as Record<string, unknown>);
    for (const [name, value] of exported) if (isErrorClass(value)) found.set(name, value);
  }
  return found;
}

/** `CreateError` is left out: `@molecule/create` has no dependencies, not even the package of `MoleculeError`. */
function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === 'function' && value.prototype instanceof Error && value.name !== 'CreateError';
}

function make(copy: ReadonlyMap<string, ErrorClass>, name: string): MoleculeError {
  const Class = copy.get(name);
  if (Class === undefined) throw new Error(`no package exports ${name}`);
  return new Class(...(MADE_WITH[name]?.values ?? []));
}

function isOrExtends(Class: ErrorClass | undefined, Other: ErrorClass): boolean {
  return Class === Other || Class?.prototype instanceof (Other as unknown as typeof Error);
}

function brandOf(node: SyntaxNode): unknown {
  const [brand] = [...nodesBelow(node)].filter(
    (found) =>
      found.node.type === 'PropertyDefinition' &&
      found.node['static'] === true &&
      nameOf(found.node['key']) === 'brand',
  );
  return (brand?.node['value'] as SyntaxNode | undefined)?.['value'];
}

/** A template's file becomes the author's own, so its brand does not name the scope of this repository. */
function packageOf(path: string): string {
  const [parent, folder] = path.split('/') as ['packages' | 'templates', string];
  const { name } = manifestOf(parent, folder);
  return parent === 'templates' ? name.slice('@molecule/'.length) : name;
}
