import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));

/** What a `package.json` says, as far as the tests look at it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Folder names of the packages that are published. */
export const PUBLISHED: readonly string[] = foldersIn('packages').filter(
  (name) => !manifestOf('packages', name).private,
);

/** Folder names of the sample templates; a new one is picked up by itself. */
export const TEMPLATES: readonly string[] = foldersIn('templates');

export function manifestOf(parent: 'packages' | 'templates', folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, parent, folder, 'package.json'), 'utf8')) as Manifest;
}

function foldersIn(parent: string): readonly string[] {
  return readdirSync(join(root, parent))
    .filter((name) => existsSync(join(root, parent, name, 'package.json')))
    .sort();
}
