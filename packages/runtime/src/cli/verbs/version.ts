import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isModuleNotFound } from '../../support/is-module-not-found.js';
import { defineVerb } from '../command-line/verb.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';

const OTHER_PACKAGES = ['@molecule/adapters', '@molecule/temporal'] as const;

export const version = defineVerb({
  name: 'version',
  operands: '',
  summary: 'Print the versions',
  options: { json: { help: 'Print one JSON object' } },
  run: ({ options }, host) => printVersions(options.json, host),
});

/** The versions that run, as lines or as one JSON object. Returns the exit code. */
export function printVersions(json: boolean, { stdout }: Pick<CliHost, 'stdout'>): number {
  const versions = {
    molecule: versionOf('@molecule/runtime'),
    ...Object.fromEntries(OTHER_PACKAGES.map((name) => [name, versionOf(name) ?? 'not installed'])),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
  const lines = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  stdout.write(json ? `${JSON.stringify(versions)}\n` : `${lines.join('\n')}\n`);
  return EXIT_CODES.ok;
}

function versionOf(name: string): string | undefined {
  const manifest = `${name}/package.json`;
  try {
    const file = createRequire(import.meta.url).resolve(manifest);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
    return version;
  } catch (error) {
    if (isModuleNotFound(error, manifest)) return undefined;
    throw error;
  }
}
