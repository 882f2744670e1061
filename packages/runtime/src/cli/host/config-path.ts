import { resolve } from 'node:path';
import { readCommandEnvironment } from '../../settings/environment/command-environment.js';
import type { CliHost } from './cli-host.js';

/** The directory on the command line, else `WORKSPACE_CONFIG_PATH`, else the working directory. */
export function configPathOf(directory: string | undefined, host: CliHost): string {
  const named = directory ?? readCommandEnvironment(host.environment).configPath ?? '.';
  return resolve(host.workingDirectory, named);
}

/**
 * The options with which a workspace is read. If `WORKSPACE_CONFIG_PATH` names it, the template may be in the working directory: the
 * platform's provisioner mounts `config.yaml` elsewhere.
 */
export function workspaceOptions(
  directory: string | undefined,
  host: CliHost,
): { readonly configPath: string; readonly templateDir?: string } {
  const configPath = configPathOf(directory, host);
  return directory === undefined ? { configPath, templateDir: host.workingDirectory } : { configPath };
}
