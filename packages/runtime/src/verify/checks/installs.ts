import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importTestKit } from '../sandbox/import-test-kit.js';
import { INSTALL } from '../sandbox/package-manager.js';
import { runProgram } from '../sandbox/run-program.js';
import type { VerifyBench } from '../verify-bench.js';
import { ok, type VerifyCheck } from '../verify-check.js';

/** Installs what the template declares, and nothing else, outside of its repository. */
export const installs: VerifyCheck = {
  name: 'install',
  gate: true,
  async run(bench) {
    await writeRegistries(bench);
    const command = INSTALL[bench.packageManager];
    await runProgram(
      command,
      { directory: bench.template, environment: bench.buildEnvironment },
      'every package must be in the registry under the version that package.json names',
    );
    const { startScriptedModel } = await importTestKit(bench.template);
    const model = await startScriptedModel();
    bench.model = model;
    bench.onCleanup(() => model.stop());
    return ok(`${command.slice(0, 2).join(' ')} in an empty directory`);
  },
};

/** The template's own `.npmrc` says where private packages are; it is no part of a tarball. */
async function writeRegistries({ options, template }: VerifyBench): Promise<void> {
  const own = join(options.directory, '.npmrc');
  const target = join(template, '.npmrc');
  const text = await readFile(own, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) await copyFile(own, target);
  if (options.registry !== undefined) {
    await writeFile(target, `${text === undefined ? '' : `${text}\n`}@molecule:registry=${options.registry}\n`);
  }
}
