import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package on disk. */
export interface InstalledPackage {
  readonly directory: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** `@scope/name` of `@scope/name/sub/path`, `name` of `name/sub`. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Searches `node_modules` of `from` and of the directories above it, as Node does. Used for messages only. */
export function findInstalledPackage(name: string, from: string): InstalledPackage | undefined {
  const directory = join(from, 'node_modules', name);
  if (isDirectory(directory)) return { directory, manifest: readManifest(directory) };
  const parent = dirname(from);
  return parent === from ? undefined : findInstalledPackage(name, parent);
}

/** The paths that the package exports, as full specifiers. */
export function exportedPaths(installed: InstalledPackage): readonly string[] {
  const { exports, name } = installed.manifest;
  if (typeof exports !== 'object' || exports === null) return [String(name)];
  const keys = Object.keys(exports).filter((key) => key.startsWith('.'));
  return keys.map((key) => `${name}${key.slice(1)}`);
}

/** The `package.json` of a directory; an empty object if it cannot be read. */
export function readManifest(directory: string): Readonly<Record<string, unknown>> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? { ...manifest } : {};
  } catch {
    // Used for messages only, about another error that matters more.
    return {};
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
