import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { run } from '../src/run-program.ts';
import { root, TEMPLATES } from '../src/workspace.ts';

// The linter reports forbidden imports of a template first, in the editor and in CI.

const RESTRICTED = 'lint/style/noRestrictedImports';
const UNDECLARED = 'lint/correctness/noUndeclaredDependencies';

test.for([
  ['a relative import that leaves the package', `import '../../../packages/adapters/src/index.js';`, RESTRICTED],
  [
    'a type import that leaves the package',
    `export type { Adapter } from '../../../packages/adapters/dist/index.js';`,
    RESTRICTED,
  ],
  ['an unscoped import', `import 'adapters';`, RESTRICTED],
  ['an unscoped import inside a function', `export const late = () => import('adapters');`, UNDECLARED],
  [
    'an unscoped require',
    `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\nexport const late: unknown = require('adapters');`,
    UNDECLARED,
  ],
  ['a deep import', `import '@molecule/runtime/dist/index.js';`, RESTRICTED],
  ['a package that is not declared', `import 'express';`, UNDECLARED],
  ['a sibling that is not declared', `import '@molecule/demo-model';`, UNDECLARED],
])('the linter refuses %s', async ([, source = '', rule = '']) => {
  expect(await lint(source)).toContain(rule);
});

test('the linter accepts the imports of a template', async () => {
  expect(await lint(`import '@molecule/adapters';\nimport '@molecule/adapters/testing';\nimport 'node:fs';`)).toEqual(
    [],
  );
});

/** The categories of this repository's linter for a source file of a template. */
async function lint(source: string): Promise<readonly string[]> {
  await using directory = await makeOutsideDirectory('lint');
  const [template = ''] = TEMPLATES;
  const folder = join(directory.path, 'templates', template);
  await mkdir(join(folder, 'src'), { recursive: true });
  await cp(join(root, 'templates', template, 'package.json'), join(folder, 'package.json'));
  await writeFile(join(folder, 'src/index.ts'), `${source}\n`);
  const { vcs: _, $schema: __, ...config } = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
  await writeFile(join(directory.path, 'biome.json'), JSON.stringify(config));
  const biome = join(root, 'node_modules/.bin/biome');
  const { stdout } = await run(biome, ['lint', '--reporter=json', '.'], directory.path, { ...process.env });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { category: string }[] };
  return diagnostics.map(({ category }) => category).filter((category) => /Imports|Dependencies/.test(category));
}
