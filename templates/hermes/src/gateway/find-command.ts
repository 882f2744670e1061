import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Workspace } from '@molecule/adapters';
import type { Environment } from '../model/providers.js';
import { TEMPLATE_DIR } from '../template-dir.js';

const VENV = '.hermes-venv';

/** A program and its first arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Where the `hermes` program is looked for. */
export interface CommandSource {
  /** `hermes_command` of the settings; a relative path is meant from the directory of config.yaml. */
  readonly configured?: string | readonly string[] | undefined;
  readonly workspace: Pick<Workspace, 'configDir' | 'stateDir'>;
  readonly environment: Environment;
}

/**
 * Finds the `hermes` program: the configured one, else the virtual environment that `npm run setup` makes, else on the
 * PATH. Throws an `Error` that lists where it looked.
 */
export async function findHermesCommand({ configured, workspace, environment }: CommandSource): Promise<Command> {
  if (configured !== undefined) return configuredCommand(configured, workspace.configDir, environment);
  const candidates = [
    ...[workspace.configDir, TEMPLATE_DIR, workspace.stateDir].map((dir) => join(dir, VENV, 'bin', 'hermes')),
    ...onPath('hermes', environment),
  ];
  for (const candidate of candidates) if (await isExecutable(candidate)) return [candidate];
  throw new Error(
    `Hermes Agent was not found. Looked at: ${[...new Set(candidates)].join(', ')}. Run \`npm run setup\` in the ` +
      'template, or set runtime_config.hermes_command, or HERMES_API_BASE and HERMES_API_KEY of a running Hermes.',
  );
}

async function configuredCommand(
  configured: string | readonly string[],
  configDir: string,
  environment: Environment,
): Promise<Command> {
  const [program = '', ...args] = typeof configured === 'string' ? [configured] : configured;
  const candidates = program.includes('/') ? [resolve(configDir, program)] : onPath(program, environment);
  for (const candidate of candidates) if (await isExecutable(candidate)) return [candidate, ...args];
  throw new Error(
    `runtime_config.hermes_command names "${program}", but no such program was found. ` +
      `Looked at: ${candidates.join(', ') || 'nothing, the PATH is empty'}.`,
  );
}

function onPath(program: string, environment: Environment): string[] {
  return (environment['PATH'] ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((dir) => join(dir, program));
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
