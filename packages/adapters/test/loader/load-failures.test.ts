import { describe, expect, test } from 'vitest';
import { ADAPTER_LOAD_ERROR_CODES, type AdapterLoadErrorCode, type LoadAdapterOptions } from '../../src/index.js';
import { useLoader } from './loader.js';
import { adapterSource, type Files } from './template.js';

const loader = useLoader();

interface Failure {
  readonly title: string;
  readonly code: AdapterLoadErrorCode;
  readonly specifier: string | undefined;
  readonly files?: Files;
  readonly runtime?: string;
  /** What the message must contain besides the setting and the directory. */
  readonly says: readonly string[];
}

const pkg = (name: string, fields: object) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', type: 'module', ...fields }),
});

const SCRIPTS = '{"type":"module","scripts":{"build":"tsc"}}';

const FAILURES: readonly Failure[] = [
  { title: 'nothing', code: 'ADAPTER_MODULE_NOT_SET', specifier: undefined, says: ['is not set', './dist/index.js'] },
  { title: 'a blank', code: 'ADAPTER_MODULE_NOT_SET', specifier: '  ', says: ['No adapter module is named'] },
  {
    title: 'nothing, but something is built',
    code: 'ADAPTER_MODULE_NOT_SET',
    specifier: '',
    files: { 'adapter.js': '' },
    says: ['found:      ./adapter.js'],
  },
  { title: 'half a scope', code: 'ADAPTER_MODULE_INVALID', specifier: '@bad', says: ['not a valid package name'] },
  { title: 'a built-in', code: 'ADAPTER_MODULE_INVALID', specifier: 'fs', says: ['node:fs'] },
  { title: 'http', code: 'ADAPTER_MODULE_INVALID', specifier: 'http://127.0.0.1/a.js', says: ['no file'] },
  { title: 'data', code: 'ADAPTER_MODULE_INVALID', specifier: 'data:text/javascript,1', says: ['no file'] },
  { title: 'a file URL with a host', code: 'ADAPTER_MODULE_INVALID', specifier: 'file://host/a.js', says: ['host'] },
  {
    title: 'an import map that is not there',
    code: 'ADAPTER_MODULE_INVALID',
    specifier: '#adapter',
    says: ['#adapter'],
  },
  {
    title: 'a package that is not installed',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: '@own/agent/adapter',
    says: ['@own/agent is not installed', 'npm install @own/agent'],
  },
  {
    title: 'a path without its ./',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: 'dist/index.js',
    files: { 'dist/index.js': '' },
    says: ['ADAPTER_MODULE to ./dist/index.js'],
  },
  {
    title: 'a package with no entry',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: 'agent',
    files: pkg('agent', { main: './dist/index.js' }),
    says: ['is installed', './dist/index.js', 'npm run build'],
  },
  {
    title: 'a package whose exported file is not built',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: 'agent',
    files: pkg('agent', { exports: './dist/index.js' }),
    says: ['is installed', 'does not exist', 'npm run build'],
  },
  { title: 'a path to nowhere', code: 'ADAPTER_MODULE_NOT_FOUND', specifier: './gone/a.js', says: ['does not exist'] },
  {
    title: 'a path without its extension',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: './dist/agent',
    files: { 'dist/agent.js': '' },
    says: ['ADAPTER_MODULE to ./dist/agent.js'],
  },
  {
    title: 'a path with another extension',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: './dist/agent.js',
    files: { 'dist/agent.mjs': '' },
    says: ['ADAPTER_MODULE to ./dist/agent.mjs'],
  },
  {
    title: 'a misspelt file among others',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: './lib/aget.js',
    files: { 'lib/agent.js': '', 'lib/notes.txt': '' },
    says: ['in its directory: agent.js'],
  },
  {
    title: 'a file that is not built yet',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: './dist/agent.js',
    files: { 'package.json': SCRIPTS, 'src/agent.ts': '' },
    says: ['./src/agent.ts, not built', 'npm run build'],
  },
  {
    title: 'a file beneath a file',
    code: 'ADAPTER_MODULE_NOT_FOUND',
    specifier: './a.js/b.js',
    files: { 'a.js': '' },
    says: ['a.js/b.js'],
  },
  {
    title: 'a path that the package keeps to itself',
    code: 'ADAPTER_MODULE_NOT_EXPORTED',
    specifier: 'agent/inner',
    files: pkg('agent', { exports: { '.': './a.js', './adapter': './b.js' } }),
    says: ['agent, agent/adapter'],
  },
  {
    title: 'a directory',
    code: 'ADAPTER_MODULE_IS_DIRECTORY',
    specifier: './out',
    files: { 'out/index.js': '' },
    says: ['is a directory', 'ADAPTER_MODULE to ./out/index.js'],
  },
  { title: 'the template itself', code: 'ADAPTER_MODULE_IS_DIRECTORY', specifier: '.', says: ['is a directory'] },
  {
    title: 'TypeScript that is built',
    code: 'ADAPTER_MODULE_IS_TYPESCRIPT',
    specifier: './src/agent.ts',
    files: { 'src/agent.ts': adapterSource('a'), 'dist/agent.js': '' },
    says: ['is TypeScript', 'ADAPTER_MODULE to ./dist/agent.js'],
  },
  {
    title: 'TypeScript that is not built, from a package',
    code: 'ADAPTER_MODULE_IS_TYPESCRIPT',
    specifier: 'agent',
    files: { ...pkg('agent', { exports: './index.ts' }), 'node_modules/agent/index.ts': '' },
    says: ['is TypeScript', 'npm run build'],
  },
  {
    title: 'a module that imports a package that is not there',
    code: 'ADAPTER_DEPENDENCY_NOT_FOUND',
    specifier: './a.js',
    files: { 'a.js': "import 'left-out';" },
    says: ['a.js was found', '"left-out"', 'add left-out to the dependencies'],
  },
  {
    title: 'a module that imports a file that is not there',
    code: 'ADAPTER_DEPENDENCY_NOT_FOUND',
    specifier: './a.js',
    files: { 'a.js': "import './b.js';", 'b.js': "import './gone.js';" },
    says: ['gone.js', 'b.js'],
  },
  {
    title: 'a CommonJS module that requires a package that is not there',
    code: 'ADAPTER_DEPENDENCY_NOT_FOUND',
    specifier: './a.cjs',
    files: { 'a.cjs': "require('left-out');" },
    says: ['"left-out"'],
  },
  {
    title: 'a module that imports what a package does not export',
    code: 'ADAPTER_DEPENDENCY_NOT_FOUND',
    specifier: './a.js',
    files: { ...pkg('other', { exports: './x.js' }), 'a.js': "import 'other/inner';" },
    says: ['./inner', 'other'],
  },
  {
    title: 'a module that throws',
    code: 'ADAPTER_MODULE_FAILED',
    specifier: './a.js',
    files: { 'a.js': "throw new RangeError('too far');" },
    says: ['RangeError: too far'],
  },
  {
    title: 'a module that throws no Error',
    code: 'ADAPTER_MODULE_FAILED',
    specifier: './a.js',
    files: { 'a.js': 'throw { odd: 1 };' },
    says: ['{ odd: 1 } (not an Error)'],
  },
  {
    title: 'a module that throws undefined',
    code: 'ADAPTER_MODULE_FAILED',
    specifier: './a.js',
    files: { 'a.js': 'throw undefined;' },
    says: ['undefined (not an Error)'],
  },
  {
    title: 'a module that does not parse',
    code: 'ADAPTER_MODULE_FAILED',
    specifier: './a.js',
    files: { 'a.js': 'const = 1;' },
    says: ['SyntaxError', 'node --check'],
  },
  {
    title: 'a module that imports a name that is not there',
    code: 'ADAPTER_MODULE_FAILED',
    specifier: './a.js',
    files: { 'a.js': "import { gone } from './b.js';", 'b.js': 'export {};' },
    says: ['gone'],
  },
  {
    title: 'a module without an adapter',
    code: 'ADAPTER_EXPORT_MISSING',
    specifier: './a.js',
    files: { 'a.js': 'export const agent = 1, engine = 2;' },
    says: ['agent, engine', 'export const adapter = defineAdapter'],
  },
  {
    title: 'an adapter by another name',
    code: 'ADAPTER_EXPORT_MISSING',
    specifier: './a.js',
    files: { 'a.js': adapterSource('echo', 'export const echo =') },
    says: ['the exports echo', 'export { echo as adapter }'],
  },
  {
    title: 'an empty module',
    code: 'ADAPTER_EXPORT_MISSING',
    specifier: './a.js',
    files: { 'a.js': '' },
    says: ['no exports at all'],
  },
  {
    title: 'a CommonJS module without an adapter',
    code: 'ADAPTER_EXPORT_MISSING',
    specifier: './a.cjs',
    files: { 'a.cjs': 'module.exports = { agent: 1 };' },
    says: ['the exports agent'],
  },
  {
    title: 'a class of the class-based times',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: { 'a.js': 'class BaseAdapter {} export class Echo extends BaseAdapter {} export default Echo;' },
    says: ['the class Echo (extends BaseAdapter)', 'defineAdapter'],
  },
  {
    title: 'an instance of it',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: { 'a.js': 'class BaseAdapter {} class Echo extends BaseAdapter {} export const adapter = new Echo();' },
    says: ['an instance of class Echo (extends BaseAdapter)'],
  },
  {
    title: 'an adapter that was not marked',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: { 'a.js': "export const adapter = { name: 'a', createEngine() {} };" },
    says: ['a plain object with createEngine that defineAdapter has not seen'],
  },
  {
    title: 'an engine',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: { 'a.js': 'export default { runTurn() {} };' },
    says: ['an engine (it has runTurn)'],
  },
  {
    title: 'a function',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: { 'a.js': 'export default function createAdapter() {}' },
    says: ['the function createAdapter'],
  },
  {
    title: 'a Promise',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: { 'a.js': 'export const adapter = Promise.resolve(1);' },
    says: ['a Promise'],
  },
  {
    title: 'null',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: { 'a.js': 'export const adapter = null;' },
    says: ['the value null'],
  },
  {
    title: 'an adapter without createEngine',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: {
      'a.js': "import { defineAdapter } from '@molecule/adapters'; export default defineAdapter({ name: 'x' });",
    },
    says: ['the adapter x without a createEngine function'],
  },
  {
    title: 'an adapter without a name',
    code: 'ADAPTER_NOT_AN_ADAPTER',
    specifier: './a.js',
    files: { 'a.js': adapterSource('') },
    says: ['an adapter without a name'],
  },
  {
    title: 'an adapter of a version to come',
    code: 'ADAPTER_SPEC_UNSUPPORTED',
    specifier: './a.js',
    files: { 'a.js': "export const adapter = { specVersion: 'molecule-adapter-v2' };" },
    says: ['specVersion molecule-adapter-v2', 'knows molecule-adapter-v1'],
  },
  {
    title: 'a marked object without a version',
    code: 'ADAPTER_SPEC_UNSUPPORTED',
    specifier: './a.js',
    files: { 'a.js': "export const adapter = { [Symbol.for('@molecule/adapters.adapter')]: true };" },
    says: ['specVersion (none)'],
  },
  {
    title: "another runtime's adapter",
    code: 'ADAPTER_NAME_MISMATCH',
    specifier: './a.js',
    files: { 'a.js': adapterSource('echo') },
    runtime: 'hermes',
    says: ['names the runtime "hermes"', 'named "echo"', 'runtime: echo'],
  },
];

async function failureOf(options: LoadAdapterOptions): Promise<unknown> {
  try {
    await loader.package.loadAdapter(options);
  } catch (error) {
    return error;
  }
  throw new Error('it loaded');
}

describe('loadAdapter refuses', () => {
  test.each(FAILURES)('$title: $code', async ({ code, specifier, files, runtime, says }) => {
    await using template = await loader.template(files ?? {});
    const error = await failureOf({ specifier, from: template.directory, runtime });
    if (!loader.package.AdapterLoadError.is(error)) throw error;
    expect({ code: error.code, message: error.message }).toMatchObject({ code });
    const setting = `setting:    ADAPTER_MODULE ${specifier === undefined ? 'is not set' : `= ${JSON.stringify(specifier)}`}`;
    for (const text of [setting, `directory:  ${template.directory}`, 'what to do:', ...says]) {
      expect(error.message).toContain(text);
    }
  });

  test('with every code at least once', () => {
    const reached = new Set(FAILURES.map((failure) => failure.code));
    expect([...reached].sort()).toEqual([...ADAPTER_LOAD_ERROR_CODES].sort());
  });

  test('with the cause, and the name of the given setting', async () => {
    await using template = await loader.template({ 'a.js': "throw new RangeError('too far');" });
    const error = await failureOf({ specifier: './a.js', from: template.directory, variable: 'MY_ADAPTER' });
    expect(error).toMatchObject({
      name: 'AdapterLoadError',
      cause: { name: 'RangeError', message: 'too far' },
      target: { specifier: './a.js', from: template.directory, variable: 'MY_ADAPTER' },
    });
    expect(String(error)).toContain('MY_ADAPTER = "./a.js"');
  });
});
