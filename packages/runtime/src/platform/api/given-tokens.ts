import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GivenTokens } from './workspace-token.js';

/** The file in which the platform's provisioner issues a token before it starts a container, and another one before each restart. */
const FILE = '.auth_token';

/**
 * The tokens that the platform has issued before the workspace registers.
 *
 * @param configDir the directory of `config.yaml`, which the provisioner fills
 * @param variable the value of `MOLECULE_WORKSPACE_TOKEN`
 */
export function givenTokens(configDir: string, variable: string | undefined): GivenTokens {
  return {
    variable,
    // A file that this user may not read is none: the other places are read.
    provisioned: async () => (await readFile(join(configDir, FILE), 'utf8').catch(() => '')).trim() || undefined,
  };
}
