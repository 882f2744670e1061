import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isAdapter } from '../../src/index.js';
import { useLoader } from './loader.js';
import { adapterSource } from './template.js';

const loader = useLoader();

const manifest = (fields: object) => JSON.stringify({ name: 'an-agent', version: '1.0.0', ...fields });

describe('loadAdapter finds', () => {
  test('a path relative to the template, and returns its location', async () => {
    await using template = await loader.template({ 'dist/index.js': adapterSource('echo') });
    const loaded = await loader.package.loadAdapter({ specifier: './dist/index.js', from: template.directory });
    expect(loaded).toMatchObject({ adapter: { name: 'echo' }, specifier: './dist/index.js' });
    expect(loaded.url).toBe(pathToFileURL(join(template.directory, 'dist/index.js')).href);
  });

  test('an absolute path and a file URL', async () => {
    await using template = await loader.template({ 'dist/index.js': adapterSource('echo') });
    const path = join(template.directory, 'dist/index.js');
    for (const specifier of [path, pathToFileURL(path).href]) {
      const { adapter } = await loader.package.loadAdapter({ specifier, from: template.directory });
      expect(adapter.name).toBe('echo');
    }
  });

  test.each(['with space', 'a#b', '100%', '%20', 'a?b', 'é ü'])('a template in a directory named %j', async (name) => {
    const files = { 'dist/index.js': adapterSource('echo'), 'my #1 %41 file.js': adapterSource('odd') };
    await using template = await loader.template(files, name);
    const load = (specifier: string) => loader.package.loadAdapter({ specifier, from: template.directory });
    expect((await load('./dist/index.js')).adapter.name).toBe('echo');
    expect((await load('./my #1 %41 file.js')).adapter.name).toBe('odd');
  });

  test("a package that only has an ESM export, in the template's node_modules and not in its own", async () => {
    const name = 'node_modules/an-agent';
    await using template = await loader.template({
      [`${name}/package.json`]: manifest({ type: 'module', exports: { '.': { import: './index.js' } } }),
      [`${name}/index.js`]: adapterSource('packaged'),
    });
    const { adapter } = await loader.package.loadAdapter({ specifier: 'an-agent', from: template.directory });
    expect(adapter.name).toBe('packaged');
  });

  test('a scoped package by its subpath, and the template by its own name', async () => {
    const name = 'node_modules/@own/an-agent';
    await using template = await loader.template({
      'package.json': JSON.stringify({ name: 'me', type: 'module', exports: { './adapter': './self.js' } }),
      'self.js': adapterSource('self'),
      [`${name}/package.json`]: manifest({ type: 'module', exports: { './adapter': './a.js' } }),
      [`${name}/a.js`]: adapterSource('sub'),
    });
    const load = (specifier: string) => loader.package.loadAdapter({ specifier, from: template.directory });
    expect((await load('@own/an-agent/adapter')).adapter.name).toBe('sub');
    expect((await load('me/adapter')).adapter.name).toBe('self');
  });

  test('a package in a directory above, where npm workspaces hoist packages', async () => {
    await using template = await loader.template({
      'node_modules/an-agent/package.json': manifest({ type: 'module', main: './index.js' }),
      'node_modules/an-agent/index.js': adapterSource('hoisted'),
      'templates/one/package.json': '{"type":"module"}',
    });
    const from = join(template.directory, 'templates/one');
    const { adapter } = await loader.package.loadAdapter({ specifier: 'an-agent', from });
    expect(adapter.name).toBe('hoisted');
  });
});

describe('loadAdapter accepts', () => {
  test('a default export if there is no export named adapter, which takes precedence', async () => {
    await using template = await loader.template({
      'default.js': adapterSource('by-default', 'export default'),
      'both.js': `export { default } from './default.js'; ${adapterSource('by-name')}`,
    });
    const load = (specifier: string) => loader.package.loadAdapter({ specifier, from: template.directory });
    expect((await load('./default.js')).adapter.name).toBe('by-default');
    expect((await load('./both.js')).adapter.name).toBe('by-name');
  });

  test.each([
    ['module.exports = { adapter }', 'module.exports = { adapter };'],
    ['computed names of exports', 'Object.assign(module.exports, { ["adap" + "ter"]: adapter });'],
    ['module.exports = adapter', 'module.exports = adapter;'],
    [
      'a compiled default export',
      'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = adapter;',
    ],
  ])('a CommonJS module: %s', async (_, statement) => {
    const source = `
      const { defineAdapter } = require('@molecule/adapters');
      const adapter = defineAdapter({ name: 'cjs', displayName: 'C', description: 'C', createEngine() {} });
      ${statement}
    `;
    await using template = await loader.template({ 'adapter.cjs': source });
    const loaded = await loader.package.loadAdapter({ specifier: './adapter.cjs', from: template.directory });
    expect(loaded.adapter.name).toBe('cjs');
  });

  test('an adapter that was made by another copy of this package', async () => {
    await using template = await loader.template({ 'dist/index.js': adapterSource('echo') });
    const copy = await import(
      /* @vite-ignore */ pathToFileURL(join(template.directory, 'node_modules/@molecule/adapters/dist/index.js')).href
    );
    expect(copy.defineAdapter).not.toBe(loader.package.defineAdapter);
    const { adapter } = await loader.package.loadAdapter({ specifier: './dist/index.js', from: template.directory });
    expect([isAdapter(adapter), copy.isAdapter(adapter), loader.package.isAdapter(adapter)]).toEqual([
      true,
      true,
      true,
    ]);
    const error = new copy.EngineError('auth', 'no');
    expect(loader.package.EngineError.is(error)).toBe(true);
    expect(error instanceof loader.package.EngineError).toBe(false);
  });

  test('the runtime that the configuration names', async () => {
    await using template = await loader.template({ 'a.js': adapterSource('echo') });
    const options = { specifier: './a.js', from: template.directory };
    await expect(loader.package.loadAdapter({ ...options, runtime: 'echo' })).resolves.toBeDefined();
    await expect(loader.package.loadAdapter({ ...options, runtime: undefined })).resolves.toBeDefined();
  });

  test('no relative directory, because it would depend on the working directory of the process', async () => {
    const loading = loader.package.loadAdapter({ specifier: './a.js', from: 'templates/one' });
    await expect(loading).rejects.toThrow(TypeError);
  });
});
