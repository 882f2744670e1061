import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type CliHost, EXIT_CODES } from './cli-host.js';

const OTHER_PACKAGES = ['@molecule/adapters', '@molecule/temporal'] as const;

/** `molecule version`: which versions run. */
export function runVersion(options: { readonly json: boolean }, host: CliHost): number {
  const versions = {
    molecule: versionOf('@molecule/runtime'),
    ...Object.fromEntries(OTHER_PACKAGES.map((name) => [name, versionOf(name) ?? 'not installed'])),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
  const lines = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  host.stdout.write(options.json ? `${JSON.stringify(versions)}\n` : `${lines.join('\n')}\n`);
  return EXIT_CODES.ok;
}

function versionOf(name: string): string | undefined {
  try {
    const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
    return version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
