import { resolve } from 'node:path';
import { readCommandEnvironment } from '../../settings/environment/command-environment.js';
import type { CliHost } from './cli-host.js';

/** The directory on the command line, else `WORKSPACE_CONFIG_PATH`, else the working directory. */
export function configPathOf(directory: string | undefined, host: CliHost): string {
  const named = directory ?? readCommandEnvironment(host.environment).configPath ?? '.';
  return resolve(host.workingDirectory, named);
}
