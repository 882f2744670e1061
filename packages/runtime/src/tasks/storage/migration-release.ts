import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Release {
  readonly major: number;
  readonly minor: number;
}

/**
 * True if this version works on tables that have a migration which it does not know: the name of a migration ends with the minor version
 * that has it first, such as `009-costs@0.3`, and a migration only adds what processes of one minor version before can do without.
 *
 * @param version of this package. Default: as in its manifest
 */
export function isOfNextRelease(migration: string, version = ownVersion()): boolean {
  const [first, own] = [releaseIn(migration.split('@')[1]), releaseIn(version)];
  return first !== undefined && own !== undefined && first.major === own.major && first.minor <= own.minor + 1;
}

function releaseIn(text: string | undefined): Release | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text ?? '') ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

function ownVersion(): string {
  const manifest = createRequire(import.meta.url).resolve('@molecule/runtime/package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}
