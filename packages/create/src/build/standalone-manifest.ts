import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Manifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly dependencies?: Ranges;
  readonly devDependencies?: Ranges;
  readonly molecule?: { readonly keys?: unknown; readonly verify?: unknown };
}

type Ranges = Readonly<Record<string, string>>;

/**
 * The manifest of a template, with published version ranges instead of the `workspace:` and `catalog:` ranges of this
 * repository, and without `molecule.keys`, which only this repository's `npm start` reads.
 */
export function standaloneManifest(manifest: Manifest, root: string): Manifest {
  const { catalog } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) as { catalog: Ranges };
  const replaced = (ranges: Ranges = {}) =>
    Object.fromEntries(
      Object.entries(ranges).map(([name, range]) => [name, rangeOf(name, range, catalog, root)] as const),
    );
  const { molecule: { keys: _, ...molecule } = {}, ...others } = manifest;
  return {
    ...others,
    ...(Object.keys(molecule).length > 0 && { molecule }),
    dependencies: replaced(manifest.dependencies),
    devDependencies: replaced(manifest.devDependencies),
  };
}

function rangeOf(name: string, range: string, catalog: Ranges, root: string): string {
  if (range.startsWith('workspace:')) return `${range.slice('workspace:'.length)}${versionOf(name, root)}`;
  if (range !== 'catalog:') return range;
  const known = catalog[name];
  if (known === undefined) throw new Error(`${name} is not in the catalog of pnpm-workspace.yaml`);
  return known;
}

function versionOf(name: string, root: string): string {
  const file = join(root, 'packages', name.replace(/^@molecule\//, ''), 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
