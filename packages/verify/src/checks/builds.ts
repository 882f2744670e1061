import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../sandbox/run-program.js';
import { ok, skip, type VerifyCheck } from '../verify-check.js';

/** Builds the template from the packed files. */
export const builds: VerifyCheck = {
  name: 'build',
  gate: true,
  async run(bench) {
    const { manifest, template } = bench;
    const options = { directory: template, environment: bench.buildEnvironment };
    const scripts = ['build', 'setup'].filter((name) => manifest.scripts?.[name] !== undefined);
    const hasSources = existsSync(join(template, 'src'));
    const wanted = hasSources ? scripts : scripts.filter((name) => name !== 'build');
    if (wanted.length === 0) return skip('package.json has neither a build nor a setup script');
    // The build must create `dist` itself.
    if (wanted.includes('build')) await rm(join(template, 'dist'), { recursive: true, force: true });
    for (const name of wanted) {
      await runProgram(
        ['npm', 'run', name, '--silent'],
        options,
        'declare every imported package, and list every file that the build needs in `files`',
      );
    }
    return ok(wanted.map((name) => `npm run ${name}`).join(', '));
  },
};
