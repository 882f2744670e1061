import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeOutsideDirectory, type OutsideDirectory } from '../src/outside-directory.ts';
import { packAndUnpack } from '../src/pack.ts';
import { useRegistry } from '../src/registry.ts';
import { mustRun, node, pnpm, run } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';

// The isolation must fail for each fault that it has to detect, since an author may have no linter.

/** A template that is quick to install and has a small entry file. */
const TEMPLATE = 'hermes';

let directory: OutsideDirectory;
let good: string;

beforeAll(async () => {
  directory = await makeOutsideDirectory('guard');
  await packAndUnpack(join(root, 'templates', TEMPLATE), directory.path);
  await useRegistry(directory.path, inject('registry'));
  await mustRun(pnpm, ['install', '--no-frozen-lockfile'], directory.path);
  good = await readFile(join(directory.path, 'src/adapter.ts'), 'utf8');
});
afterAll(() => directory?.[Symbol.asyncDispose]());

test('the unchanged template can be built and loaded', async () => {
  expect(await buildAndLoad(good)).toContain('LOADED');
});

test.for<readonly [string, (source: string) => string, RegExp]>([
  [
    'a relative import that leaves the package',
    (source) => source.replace("'@molecule/adapters'", "'../../../packages/adapters/src/index.js'"),
    /Could not resolve "..\/..\/..\/packages\/adapters/,
  ],
  [
    'a type import that leaves the package',
    (source) => `${source}\nexport type { Turn } from '../../../packages/adapters/dist/index.js';\n`,
    /Cannot find module '..\/..\/..\/packages\/adapters/,
  ],
  [
    'an unscoped import',
    (source) => source.replace("'@molecule/adapters'", "'adapters'"),
    /Cannot find module 'adapters'/,
  ],
  [
    'an unscoped import inside a function',
    (source) => `${source}\n// @ts-expect-error not a package\nexport const late = await import('adapters');\n`,
    /Cannot find package 'adapters'/,
  ],
  [
    'an unscoped require',
    (source) =>
      `import { createRequire } from 'node:module';\nexport const late: unknown = createRequire(import.meta.url)('adapters');\n${source}`,
    /Cannot find module 'adapters'/,
  ],
  [
    'a deep import',
    (source) => `${source}\nexport { startRuntime } from '@molecule/runtime/dist/index.js';\n`,
    /Cannot find module '@molecule\/runtime\/dist/,
  ],
  [
    'a package that only a dependency has',
    (source) => `${source}\nexport { default as pino } from 'pino';\n`,
    /Cannot find module 'pino'/,
  ],
  [
    'a sibling that is not declared',
    (source) => `${source}\nexport { startDemoModel } from '@molecule/demo-model';\n`,
    /Cannot find module '@molecule\/demo-model'/,
  ],
  [
    'a file that is not packed',
    (source) =>
      `import { readFileSync } from 'node:fs';\nexport const text: string = readFileSync(new URL('../README.txt', import.meta.url), 'utf8');\n${source}`,
    /ENOENT/,
  ],
])('outside of this repository %s fails', async ([, spoil, reason]) => {
  const output = await buildAndLoad(spoil(good));
  expect(output).not.toContain('LOADED');
  expect(output).toMatch(reason);
});

async function buildAndLoad(source: string): Promise<string> {
  await writeFile(join(directory.path, 'src/adapter.ts'), source);
  const build = await run('npm', ['run', 'build'], directory.path);
  if (build.code !== 0) return build.output;
  const load =
    "await (await import('@molecule/adapters')).loadAdapter({ specifier: './dist/index.js', from: process.cwd() }); console.log('LOADED')";
  return (await run(node, ['--input-type=module', '--eval', load], directory.path)).output;
}
