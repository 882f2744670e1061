import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

const WORKSPACE_RANGE = /^(workspace|catalog|file|link|portal):/;
const NEEDED_FILES = ['config.yaml', 'package.json'] as const;

/** The packed manifest works outside of the author's repository. */
export const declares: VerifyCheck = {
  name: 'manifest',
  gate: true,
  async run({ manifest, template }) {
    const { dependencies, devDependencies, peerDependencies, optionalDependencies, scripts } = manifest;
    const ranges = Object.entries({
      ...devDependencies,
      ...optionalDependencies,
      ...peerDependencies,
      ...dependencies,
    });
    const leaks = ranges.filter(([, range]) => WORKSPACE_RANGE.test(range)).map((entry) => entry.join('@'));
    demand(
      leaks.length === 0,
      `dependencies must name versions that a registry has; found ${leaks.join(', ')}`,
      'set a version, or pack with pnpm, which replaces workspace: and catalog:',
    );
    const missing = NEEDED_FILES.filter((file) => !existsSync(join(template, file)));
    demand(missing.length === 0, `the tarball lacks ${missing.join(', ')}`, 'add it to `files` of package.json');
    demand(
      dependencies?.['@molecule/runtime'] !== undefined,
      '`dependencies` must have @molecule/runtime, which has the command `molecule`',
      'npm install @molecule/runtime',
    );
    demand(scripts?.['start'] !== undefined, 'there must be a script `start`', 'add "start": "molecule start"');
    return ok(`${ranges.length} dependencies, all of them from a registry`);
  },
};
