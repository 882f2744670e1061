import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve } from 'import-meta-resolve';
import { isModuleNotFound } from '../../support/is-module-not-found.js';

/** The package with the console's pages. */
export const CONSOLE_PACKAGE = '@molecule/console';

/** What the package exports, as far as the runtime uses it. */
interface ConsoleModule {
  /** The directory of the built page. */
  readonly consoleDirectory: URL;
}

/**
 * The directory of the console's pages, from the template's own packages.
 *
 * @param directory that of `config.yaml`
 * @returns undefined: the package is not installed
 */
export async function findConsole(directory: string): Promise<string | undefined> {
  const url = resolveFrom(directory);
  if (url === undefined) return undefined;
  const { consoleDirectory } = (await import(url)) as ConsoleModule;
  return fileURLToPath(consoleDirectory);
}

function resolveFrom(directory: string): string | undefined {
  try {
    return resolve(CONSOLE_PACKAGE, pathToFileURL(join(directory, 'package.json')).href);
  } catch (error) {
    if (isModuleNotFound(error, CONSOLE_PACKAGE)) return undefined;
    throw error;
  }
}
