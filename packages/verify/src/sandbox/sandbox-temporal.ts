import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheDirectory } from '@molecule/runtime';
import { resolve } from 'import-meta-resolve';
import type { Env } from '../verify-options.js';

type TemporalModule = typeof import('@molecule/temporal');

/** The Temporal server of the agent. */
interface SandboxTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts a server with the template's own `@molecule/temporal`; `undefined` if the template does not have that package. */
export async function startSandboxTemporal(template: string, environment: Env): Promise<SandboxTemporal | undefined> {
  const url = resolveFrom(template, '@molecule/temporal');
  if (url === undefined) return undefined;
  const { startTemporalDevServer } = (await import(url)) as TemporalModule;
  const cliPath = environment['MOLECULE_TEMPORAL_CLI'];
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
