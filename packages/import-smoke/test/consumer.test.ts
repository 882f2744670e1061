import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { makeOutsideDirectory, type OutsideDirectory } from '../src/outside-directory.ts';
import { useRegistry } from '../src/registry.ts';
import { mustRun, node, pnpm, run } from '../src/run-program.ts';
import { manifestOf, PUBLISHED, root } from '../src/workspace.ts';

// A project of a user who installed the packages from the registry, without anything of this workspace.

/** Temporal's declarations refer to a package that does not exist. */
const UNCHECKED: readonly string[] = ['temporal'];
const ENTRIES = PUBLISHED.flatMap((folder) =>
  Object.keys(manifestOf('packages', folder).exports ?? {})
    .filter((key) => !key.endsWith('.json'))
    .map((key) => ({ folder, specifier: `@molecule/${folder}${key.slice(1)}` })),
);

let project: OutsideDirectory;

beforeAll(async () => {
  project = await makeOutsideDirectory('consumer');
  const version = (folder: string) => `^${manifestOf('packages', folder).version}`;
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(PUBLISHED.map((folder) => [`@molecule/${folder}`, version(folder)])),
    // The runner of the contract suite, which its entry requires, and the usual packages of a TypeScript project on Node.
    devDependencies: { vitest: '^5.1.1', '@types/node': '^24.0.0' },
  };
  await writeFile(join(project.path, 'package.json'), JSON.stringify(manifest));
  await useRegistry(project.path, inject('registry'));
  // The demo model's optional packages for graphics cards have hundreds of megabytes.
  await mustRun(pnpm, ['install', '--no-optional'], project.path);
  return () => project[Symbol.asyncDispose]();
});

test.for(ENTRIES)('$specifier can be imported and required', async ({ specifier }) => {
  const names = async (load: string) => {
    const code = `console.log(JSON.stringify(Object.keys(${load}).filter((name) => name !== '__esModule').sort()))`;
    return JSON.parse((await mustRun(node, ['--input-type=module', '--eval', code], project.path)).stdout) as string[];
  };
  const imported = await names(`await import('${specifier}')`);
  expect(imported.length).toBeGreaterThan(0);
  const required = await names(
    `(await import('node:module')).createRequire(import.meta.filename ?? process.cwd() + '/x.js')('${specifier}')`,
  );
  expect(required).toEqual(imported);
});

test('the manifests can be read', async () => {
  const code = PUBLISHED.map((folder) => `require('@molecule/${folder}/package.json')`).join(';');
  await mustRun(node, ['--input-type=commonjs', '--eval', code], project.path);
});

test('the declarations compile without skipLibCheck', async () => {
  const checked = ENTRIES.filter(({ folder }) => !UNCHECKED.includes(folder));
  const source = checked.map(({ specifier }, index) => `export * as entry${index} from '${specifier}';`).join('\n');
  await writeFile(join(project.path, 'check.ts'), source);
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--lib',
    'es2023',
    '--types',
    'node',
  ];
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { output } = await run(tsc, [...options, '--skipLibCheck', 'false', 'check.ts'], project.path, {
    ...process.env,
  });
  expect(output).toBe('');
});
