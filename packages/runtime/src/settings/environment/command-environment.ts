import type { Env } from './env.js';
import { SETTINGS } from './settings-table.js';

/** The settings that a command needs before or without a configuration. */
export interface CommandEnvironment {
  /** `WORKSPACE_CONFIG_PATH`. */
  readonly configPath: string | undefined;
  /** `MOLECULE_TOKEN`. */
  readonly token: string | undefined;
  /** `LOG_LEVEL=debug`: a failing command prints its stack. */
  readonly debug: boolean;
  /** `MOLECULE_LOG_FORMAT=json`: each line that `start` prints is a JSON object, including a final error. */
  readonly jsonLines: boolean;
  /** Colors on a terminal, unless `NO_COLOR` is set (https://no-color.org). */
  readonly color: boolean;
}

export function readCommandEnvironment(environment: Env): CommandEnvironment {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  return {
    configPath: read(SETTINGS.configPath.name),
    token: read(SETTINGS.clientToken.name),
    debug: read(SETTINGS.logLevel.name)?.toLowerCase() === 'debug',
    jsonLines: read(SETTINGS.logFormat.name)?.toLowerCase() === 'json',
    color: !environment['NO_COLOR'],
  };
}
