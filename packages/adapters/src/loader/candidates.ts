import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { readManifest } from './installed-package.js';

const LISTED_FILES = 5;

/** The first of these paths, relative to a directory, that is a file. */
export function existingFile(directory: string, paths: readonly string[]): string | undefined {
  return paths.find((path) => isFile(resolve(directory, path)));
}

/** An existing file that a path to a missing one probably means, relative to `from`. */
export function nearestFile(from: string, missing: string): string | undefined {
  const stem = join(dirname(missing), basename(missing, extname(missing)));
  const guesses = [
    ...['.js', '.mjs', '.cjs'].map((extension) => missing + extension),
    ...['.js', '.mjs', '.cjs'].map((extension) => stem + extension),
    ...entryFiles(missing),
    join(dirname(missing), 'dist', basename(missing)),
    ...entryFiles(from),
  ];
  const guess = guesses.find((path) => path !== missing && isFile(path));
  return guess === undefined ? undefined : relativeTo(from, guess);
}

/** A directory's usual entry files. */
export function entryFiles(directory: string): readonly string[] {
  return ['dist/index.js', 'dist/adapter.js', 'index.js', 'adapter.js'].map((path) => join(directory, path));
}

/** The TypeScript file that builds to a missing JavaScript file, relative to `from`. */
export function sourceOf(from: string, missing: string): string | undefined {
  const inSource = missing.replace(`${sep}dist${sep}`, `${sep}src${sep}`);
  const sources = [missing, inSource].map((path) => path.replace(/\.([mc]?)js$/, '.$1ts'));
  const source = sources.find((path) => path !== missing && isFile(path));
  return source === undefined ? undefined : relativeTo(from, source);
}

/** The existing file that a TypeScript file probably builds to, relative to `from`. */
export function builtFrom(from: string, source: string): string | undefined {
  const inDist = source.replace(`${sep}src${sep}`, `${sep}dist${sep}`);
  const guesses = [inDist, source].map((path) => path.replace(/\.([mc]?)tsx?$/, '.$1js'));
  const built = guesses.find(isFile);
  return built === undefined ? undefined : relativeTo(from, built);
}

/** True if the `package.json` of the directory has a script `build`. */
export function hasBuildScript(directory: string): boolean {
  const { scripts } = readManifest(directory);
  return typeof scripts === 'object' && scripts !== null && 'build' in scripts;
}

/** Some JavaScript files in the directory of a missing file; empty if the directory is missing too. */
export function siblings(missing: string): readonly string[] {
  const directory = dirname(missing);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(directory)
    .filter((name) => /\.[mc]?[jt]s$/.test(name))
    .slice(0, LISTED_FILES);
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

export function relativeTo(from: string, path: string): string {
  const shorter = relative(from, path);
  return shorter.startsWith('..') ? path : `./${shorter.split(sep).join('/')}`;
}
