import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPERATIONS } from '../judge/operations.ts';
import { installOnce } from './install-once.ts';
import { ALL_HTTP, type Kit, LEGACY_HTTP } from './kit.ts';
import { programPath, VERSIONS } from './versions.ts';

const { current, legacy } = VERSIONS['@a2a-js/sdk'];

/** The official JavaScript client, current and legacy, from npm. */
export const JAVASCRIPT_KITS: readonly Kit[] = [
  javascriptKit('javascript-1', 'client-1.mjs', current, ALL_HTTP),
  javascriptKit('javascript-0.3', 'client-0.3.mjs', legacy, LEGACY_HTTP),
];

function javascriptKit(name: string, program: string, version: string, overs: readonly string[]): Kit {
  const requirement = `@a2a-js/sdk@${version}`;
  return {
    name,
    title: requirement,
    overs,
    operations: OPERATIONS,
    async install(directory) {
      const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
      await installOnce(directory, [['npm', 'install', '--prefix', directory, ...options, requirement]]);
      // Modules are looked up from where the program lies.
      for (const file of [program, 'report.mjs'])
        await copyFile(programPath(`javascript/${file}`), join(directory, file));
      return [process.execPath, join(directory, program)];
    },
  };
}
