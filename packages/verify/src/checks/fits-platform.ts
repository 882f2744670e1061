import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PlatformFault, platformFaults } from '../ship/platform-rules.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

/** The template passes the validator of a Molecule platform, so that the platform's CI and provisioner take it. */
export const fitsPlatform: VerifyCheck = {
  name: 'platform',
  async run({ options: { directory } }) {
    const read = (file: string) => readFile(join(directory, file), 'utf8').catch(() => undefined);
    const [dockerfile, config, requirements] = [
      await read('Dockerfile'),
      await read('config.yaml'),
      await read('requirements.txt'),
    ];
    const faults = platformFaults({ dockerfile, config, requirements });
    demand(faults.length === 0, faults.map(told).join('; '), faults.map(({ remedy }) => remedy).join('; '));
    return ok('Dockerfile and config.yaml follow the rules of the platform (schema version 1)');
  },
};

function told({ file, wanted }: PlatformFault): string {
  return `${file} must ${wanted}`;
}
