import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Logger, Workspace } from '@molecule/adapters';
import { cachedEnvironment, hermesIn } from '../../scripts/setup/environment.mjs';
import { HermesError } from '../hermes-error.js';
import type { Environment } from '../model/providers.js';
import { TEMPLATE_DIR } from '../template-dir.js';

const VENV = '.hermes-venv';

/** A program and its first arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Where the `hermes` program is searched for. */
export interface CommandSource {
  /** `hermes_command` of the settings; a relative path is meant from the directory of config.yaml. */
  readonly configured?: string | readonly string[] | undefined;
  readonly workspace: Pick<Workspace, 'configDir' | 'stateDir'>;
  readonly environment: Environment;
  readonly logger: Logger;
}

/**
 * Finds the `hermes` program: the configured one, else the one that `npm run setup` installs, else on the PATH.
 *
 * @throws {HermesError} `HERMES_NOT_INSTALLED`, `HERMES_COMMAND_UNUSABLE`
 */
export async function findHermesCommand(source: CommandSource): Promise<Command> {
  const { configured, workspace, environment, logger } = source;
  if (configured !== undefined) return configuredCommand(configured, workspace.configDir, environment);
  const { path, receipt } = cachedEnvironment(TEMPLATE_DIR, environment);
  const candidates = [
    ...[workspace.configDir, TEMPLATE_DIR, workspace.stateDir].map((dir) => join(dir, VENV, 'bin', 'hermes')),
    hermesIn(path, receipt) ?? join(path, 'bin', 'hermes'),
    ...onPath('hermes', environment),
  ];
  const { program, refused } = await firstExecutable(candidates);
  if (program !== undefined) return [program];
  logger.info('Hermes was not found', { places: [...new Set(candidates)] });
  throw new HermesError(
    'HERMES_NOT_INSTALLED',
    `Hermes Agent is not installed${refused ? `: ${refused} may not be executed` : ''}. Run \`npm run setup\` in the ` +
      'template (it needs Python 3.11 or newer), or name your own: hermes_command in config.yaml, or HERMES_API_BASE.',
  );
}

async function configuredCommand(
  configured: string | readonly string[],
  configDir: string,
  environment: Environment,
): Promise<Command> {
  const [named = '', ...args] = typeof configured === 'string' ? [configured] : configured;
  const candidates = named.includes('/') ? [resolve(configDir, named)] : onPath(named, environment);
  const { program, refused } = await firstExecutable(candidates);
  if (program !== undefined) return [program, ...args];
  const what = refused
    ? `${refused} may not be executed by this user. Set its permissions (chmod +x), or name another one.`
    : `no such program was found. Looked at: ${candidates.join(', ') || 'nothing, the PATH is empty'}.`;
  throw new HermesError('HERMES_COMMAND_UNUSABLE', `runtime_config.hermes_command names "${named}", but ${what}`);
}

function onPath(program: string, environment: Environment): string[] {
  return (environment['PATH'] ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((dir) => join(dir, program));
}

/** The first candidate that may be executed, and the first that is there but may not. */
async function firstExecutable(candidates: readonly string[]): Promise<{ program?: string; refused?: string }> {
  let refused: string | undefined;
  for (const candidate of candidates) {
    const kind = await kindOf(candidate);
    if (kind === 'executable') return { program: candidate };
    if (kind === 'refused') refused ??= candidate;
  }
  return refused === undefined ? {} : { refused };
}

async function kindOf(path: string): Promise<'executable' | 'refused' | 'absent'> {
  const file = await stat(path).catch(() => undefined); // Not there, or in a folder that cannot be read: no candidate.
  if (file === undefined) return 'absent';
  if (!file.isFile()) return 'refused';
  return access(path, constants.X_OK).then(
    () => 'executable',
    () => 'refused',
  );
}
