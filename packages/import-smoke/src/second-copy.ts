import { existsSync } from 'node:fs';
import { cp, mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { manifestOf, PUBLISHED, root } from './workspace.ts';

/**
 * Copies every published package as it was built into `directory`. The copies import each other, and share the other dependencies
 * with the packages of the workspace: what a project has whose package manager installed a package twice.
 */
export async function copyBuiltPackages(directory: string): Promise<void> {
  for (const folder of PUBLISHED) {
    const original = join(root, 'packages', folder);
    const copy = join(directory, folder);
    await cp(join(original, 'dist'), join(copy, 'dist'), { recursive: true });
    await cp(join(original, 'package.json'), join(copy, 'package.json'));
    const { dependencies, peerDependencies } = manifestOf('packages', folder);
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      const link = join(copy, 'node_modules', name);
      const installed = join(original, 'node_modules', name);
      const target = name.startsWith('@molecule/') ? join(directory, name.slice('@molecule/'.length)) : installed;
      if (!existsSync(installed)) continue;
      await mkdir(dirname(link), { recursive: true });
      await symlink(target === installed ? await realpath(installed) : target, link);
    }
  }
}
