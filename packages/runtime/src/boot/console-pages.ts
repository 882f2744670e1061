import { ConsoleNotInstalledError } from '../console/console-not-installed-error.js';
import { CONSOLE_PACKAGE, findConsole } from '../console/pages/console-package.js';
import type { WorkspaceDefinition } from './open-workspace.js';

/** The directory of the console's pages, or why there is none. `not installed`: it would be on, for development only. */
export type ConsolePages = { readonly directory: string } | 'off' | 'not installed';

/** True if the console is served. */
export function hasConsole(pages: ConsolePages): pages is { readonly directory: string } {
  return typeof pages !== 'string';
}

/**
 * Finds the console's pages if the console is on.
 *
 * @throws {ConsoleNotInstalledError} `CONSOLE_NOT_INSTALLED`, unless it is on for development only
 */
export async function findConsolePages({ options, config, settings }: WorkspaceDefinition): Promise<ConsolePages> {
  if (!(settings.console ?? options.dev ?? false)) return 'off';
  const directory = await findConsole(config.configDir);
  if (directory !== undefined) return { directory };
  if (settings.console !== true) return 'not installed';
  throw new ConsoleNotInstalledError(
    `The console is switched on (console: true in config.yaml, or MOLECULE_CONSOLE=on), but its package ${CONSOLE_PACKAGE} is not installed in ${config.configDir}.\n` +
      `Install it there: npm install ${CONSOLE_PACKAGE}, or set MOLECULE_CONSOLE=off.`,
  );
}
