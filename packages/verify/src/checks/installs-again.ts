import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBarePath } from '../sandbox/bare-path.js';
import { INSTALL_LOCKED, LOCK_FILE } from '../sandbox/package-manager.js';
import { runProgram } from '../sandbox/run-program.js';
import { ok, skip, type VerifyCheck } from '../verify-check.js';

/** The files of a project that decide how its packages are installed. */
const SETTINGS = ['package.json', '.npmrc', 'pnpm-workspace.yaml'];

/**
 * A second install, as in a container or a second clone: from the lock file that the first one wrote, with neither Python nor a compiler.
 * A lock file does not hold everything that a registry states about a package, so the two may differ.
 */
export const installsAgain: VerifyCheck = {
  name: 'locked install',
  async run(bench) {
    const { packageManager, template, root } = bench;
    if (process.platform === 'win32') return skip('not on Windows, because the check makes a PATH of links');
    const directory = join(root, 'again');
    await mkdir(directory);
    for (const file of [...SETTINGS, LOCK_FILE[packageManager]]) {
      if (existsSync(join(template, file))) await copyFile(join(template, file), join(directory, file));
    }
    const environment = bench.buildEnvironment;
    const path = await makeBarePath(join(root, 'bare'), environment['PATH'] ?? '');
    const command = INSTALL_LOCKED[packageManager];
    try {
      await runProgram(
        command,
        { directory, environment: { ...environment, PATH: path } },
        'replace the package that must be compiled, or whose entry in the lock file differs from the registry',
      );
    } finally {
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    }
    return ok(`${command.slice(0, 2).join(' ')} from ${LOCK_FILE[packageManager]}, without Python and a compiler`);
  },
};
