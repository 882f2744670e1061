import { accessSync, constants, readdirSync, realpathSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Programs for native builds, which a slim container does not have. */
const BUILD_TOOLS =
  /^(python[\d.]*|py|g?make|cmake|ninja|cc|c\+\+|c\d\d|[\w.-]*(?:gcc|g\+\+|clang|clang\+\+)(-[\d.]+)?|tcc|ld[\w.-]*|node-gyp|node-pre-gyp)$/;
/** Programs that search for their own files beside the path with which they are called. */
const MANAGERS: ReadonlySet<string> = new Set(['npm', 'npx', 'pnpm', 'pnpx', 'node', 'corepack']);

/**
 * Creates a directory with the programs of a PATH, without compilers and build tools.
 *
 * @returns the PATH to use instead
 */
export async function makeBarePath(directory: string, path: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const programs = new Map<string, string>();
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    for (const name of namesIn(folder)) {
      const target = join(folder, name);
      if (!programs.has(name) && !BUILD_TOOLS.test(name) && isProgram(target)) programs.set(name, target);
    }
  }
  for (const [name, target] of programs) {
    const link = join(directory, name);
    if (MANAGERS.has(name)) {
      await writeFile(link, `#!/bin/sh\nexec '${target.replaceAll("'", "'\\''")}' "$@"\n`);
      await chmod(link, 0o755);
    } else await symlink(target, link);
  }
  return directory;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A PATH may name missing directories.
    return [];
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(realpathSync(file), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
