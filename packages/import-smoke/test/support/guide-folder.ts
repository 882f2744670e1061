import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createProject } from '@molecule/create';
import { manifestOf, root } from '../../src/workspace.ts';

const MOLECULE = ['adapters', 'console', 'runtime', 'temporal', 'verify'];
/** The guide's other packages, which this package depends on for it. */
const OTHERS = ['openai', 'vite', 'vitest'];

/** The folder of an agent that `npm create` has made and whose packages are installed: they are links to the built ones. */
export async function makeGuideFolder(directory: string): Promise<void> {
  await createProject({ directory, engine: 'blank' });
  const modules = join(directory, 'node_modules');
  await mkdir(join(modules, '@molecule'), { recursive: true });
  await mkdir(join(modules, '.bin'));
  for (const name of MOLECULE) await symlink(join(root, 'packages', name), join(modules, '@molecule', name));
  for (const name of OTHERS) await symlink(join(root, 'packages/import-smoke/node_modules', name), join(modules, name));
  await symlink(join(root, 'packages/runtime', binOf('runtime')), join(modules, '.bin/molecule'));
  await symlink(join(root, 'packages/import-smoke/node_modules/.bin/vitest'), join(modules, '.bin/vitest'));
}

function binOf(name: string): string {
  const { bin } = manifestOf('packages', name) as unknown as { readonly bin: Readonly<Record<string, string>> };
  return bin['molecule'] ?? '';
}
