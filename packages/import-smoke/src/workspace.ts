import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));

/** A `package.json`, as far as the tests use it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  /** Of a template: the variables with which its model can be reached, by provider, for `npm start`. */
  readonly molecule?: { readonly keys?: Readonly<Record<string, readonly string[]>> };
}

/** Folder names of the published packages. */
export const PUBLISHED: readonly string[] = foldersIn('packages').filter(
  (name) => !manifestOf('packages', name).private,
);

/** Folder names of the sample templates; a new one is found automatically. */
export const TEMPLATES: readonly string[] = foldersIn('templates');

export function manifestOf(parent: 'packages' | 'templates', folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, parent, folder, 'package.json'), 'utf8')) as Manifest;
}

function foldersIn(parent: string): readonly string[] {
  return readdirSync(join(root, parent))
    .filter((name) => existsSync(join(root, parent, name, 'package.json')))
    .sort();
}
