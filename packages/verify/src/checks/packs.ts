import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../sandbox/run-program.js';
import { readManifest } from '../template-manifest.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';
import { readPlan } from '../verify-plan.js';

/** Packs the template as it would be published, and unpacks it in an empty directory. */
export const packs: VerifyCheck = {
  name: 'pack',
  gate: true,
  async run(bench) {
    const { options, packageManager, template } = bench;
    const destination = join(bench.root, 'tarball');
    await mkdir(destination);
    await mkdir(template);
    const environment = bench.buildEnvironment;
    await runProgram(
      [packageManager, 'pack', '--pack-destination', destination],
      { directory: options.directory, environment },
      `correct package.json until \`${packageManager} pack\` works in ${options.directory}`,
    );
    const [file] = await readdir(destination);
    demand(
      file !== undefined,
      `${packageManager} pack wrote no tarball`,
      `run \`${packageManager} pack\` yourself, and correct what it reports`,
    );
    const list = await runProgram(
      ['tar', '-xvzf', join(destination, file), '-C', template, '--strip-components=1'],
      { directory: bench.root, environment },
      'install the program tar',
    );
    bench.manifest = await readManifest(template);
    bench.plan = readPlan(bench.manifest);
    const { name, version } = bench.manifest;
    return ok(`${name} ${version} by ${packageManager}, ${list.trim().split('\n').length} files`);
  },
};
