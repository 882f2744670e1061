import { defineVerb } from '../command-line/verb.js';

/** Does with a template what its users do. Exit code 1: a check failed. */
export const verify = defineVerb({
  name: 'verify',
  operands: '[directory]',
  summary: 'Pack, install, build and run a template as its users do, and check the result',
  options: {
    json: { help: 'Print one JSON object' },
    registry: { value: 'url', help: 'Install @molecule/* from this registry' },
    'package-manager': { value: 'name', help: 'npm or pnpm (default: the one with a lock file in the directory)' },
    timeout: { value: 'seconds', help: 'How long a turn may take (default: 30)' },
    skip: { value: 'checks', help: 'Names of checks to leave out, separated by commas' },
    keep: { help: 'Keep the sandbox directory' },
    platform: { help: 'Also check the rules of a Molecule platform for its templates' },
  },
  async run({ operands: [directory], options }, host) {
    const { 'package-manager': packageManager, ...rest } = options;
    const { runVerify } = await import('../verify/run-verify.js');
    return runVerify({ directory, options: { ...rest, packageManager } }, host);
  },
});
