import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../sandbox/run-program.js';
import { ok, skip, type VerifyCheck } from '../verify-check.js';

/** Builds the template from what was packed. */
export const builds: VerifyCheck = {
  name: 'build',
  gate: true,
  async run(bench) {
    const { manifest, template } = bench;
    const options = { directory: template, environment: bench.buildEnvironment };
    const scripts = ['build', 'setup'].filter((name) => manifest.scripts?.[name] !== undefined);
    const hasSources = existsSync(join(template, 'src'));
    const wanted = hasSources ? scripts : scripts.filter((name) => name !== 'build');
    if (wanted.length === 0) return skip('nothing to build: the package is used as it is shipped');
    // It must be able to make its own.
    if (wanted.includes('build')) await rm(join(template, 'dist'), { recursive: true, force: true });
    for (const name of wanted) {
      await runProgram(
        ['npm', 'run', name, '--silent'],
        options,
        'declare every package that is imported, and name every file that is needed in `files`',
      );
    }
    return ok(wanted.map((name) => `npm run ${name}`).join(', '));
  },
};
