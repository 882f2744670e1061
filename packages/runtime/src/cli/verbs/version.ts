import { packageVersion } from '../../support/package-version.js';
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
    molecule: packageVersion('@molecule/runtime'),
    ...Object.fromEntries(OTHER_PACKAGES.map((name) => [name, packageVersion(name) ?? 'not installed'])),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
  const lines = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  stdout.write(json ? `${JSON.stringify(versions)}\n` : `${lines.join('\n')}\n`);
  return EXIT_CODES.ok;
}
