import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importTestKit } from '../sandbox/import-test-kit.js';
import { INSTALL } from '../sandbox/package-manager.js';
import { runProgram } from '../sandbox/run-program.js';
import type { VerifyBench } from '../verify-bench.js';
import { ok, type VerifyCheck } from '../verify-check.js';

/** Installs the declared packages, and nothing else, outside of the template's repository. */
export const installs: VerifyCheck = {
  name: 'install',
  gate: true,
  async run(bench) {
    await writeRegistries(bench);
    const command = INSTALL[bench.packageManager];
    await runProgram(
      command,
      { directory: bench.template, environment: bench.buildEnvironment },
      'publish every package under the version that package.json names, or correct the version',
    );
    const { startScriptedModel } = await importTestKit(bench.template);
    const model = await startScriptedModel();
    bench.model = model;
    bench.onCleanup(() => model.stop());
    return ok(`${command.slice(0, 2).join(' ')} in an empty directory`);
  },
};

/** The template's `.npmrc` names the registries of private packages; it is not part of a tarball. */
async function writeRegistries({ options, template }: VerifyBench): Promise<void> {
  const own = join(options.directory, '.npmrc');
  const target = join(template, '.npmrc');
  const text = await readFile(own, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) await copyFile(own, target);
  const registry = options.sandbox?.registry;
  if (registry !== undefined) {
    await writeFile(target, `${text === undefined ? '' : `${text}\n`}@molecule:registry=${registry}\n`);
  }
}
