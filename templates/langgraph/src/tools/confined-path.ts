import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/**
 * The real path of `path`, which the model gave, inside `root`. What does not exist yet may be asked for; its nearest
 * existing folder then counts.
 * @throws Error when it lies outside, by `..`, by an absolute path, or by a symbolic link anywhere on the way.
 */
export async function confinedPath(root: string, path: string): Promise<string> {
  const refusal = new Error('it is outside the working directory');
  if (path.includes('\0')) throw refusal;
  const realRoot = await realpath(root);
  const wanted = resolve(realRoot, path);
  if (!isInside(realRoot, wanted)) throw refusal;
  const real = await realPathOfNearest(wanted);
  if (real === undefined || !isInside(realRoot, real)) throw refusal;
  return real;
}

/** The path with every symbolic link on the way followed; `undefined` when one leads to nothing. */
async function realPathOfNearest(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  if (await exists(path)) return undefined;
  const parent = await realPathOfNearest(dirname(path));
  return parent === undefined ? undefined : join(parent, basename(path));
}

/** True for a link too, wherever it leads. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
