import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolve } from 'import-meta-resolve';
import type { TemporalModule } from '../../durable/temporal-module.js';
import { cacheDirectory } from '../../environment/cache-directory.js';
import type { Env } from '../../environment/env.js';
import { SETTINGS } from '../../environment/settings-table.js';

/** A Temporal server that the agent is given. */
interface SandboxTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts one with the template's own `@molecule/temporal`; `undefined` when the template does not have that package. */
export async function startSandboxTemporal(template: string, environment: Env): Promise<SandboxTemporal | undefined> {
  const url = resolveFrom(template, '@molecule/temporal');
  if (url === undefined) return undefined;
  const { startTemporalDevServer } = (await import(url)) as TemporalModule;
  const cliPath = environment[SETTINGS.temporalCliPath.name];
  return startTemporalDevServer({
    ...(cliPath !== undefined && cliPath !== '' && { cliPath }),
    path: environment['PATH'] ?? '',
    cacheDir: cacheDirectory(environment),
  });
}

function resolveFrom(directory: string, specifier: string): string | undefined {
  try {
    return resolve(specifier, pathToFileURL(join(directory, 'package.json')).href);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
