import { join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { cacheDirectory } from '../environment/cache-directory.js';
import type { Env } from '../environment/env.js';
import type { RuntimeSettings } from '../environment/runtime-settings.js';
import { makeDatabasePrivate } from '../storage/state-directory.js';
import type { TemporalModule } from './temporal-module.js';

/** A Temporal server for development, which ends with this process. */
export interface DevTemporal {
  /** `host:port`. */
  readonly address: string;
  readonly uiUrl?: string;
  stop(): Promise<void>;
}

/** Starts a Temporal server whose histories are kept in the state directory. */
export async function startDevTemporal(
  temporal: TemporalModule,
  settings: RuntimeSettings,
  environment: Env,
  logger: Logger,
): Promise<DevTemporal> {
  const { cliPath } = settings.temporal;
  const dataFile = join(settings.stateDir, 'temporal.db');
  const server = await temporal.startTemporalDevServer({
    ...(cliPath !== undefined && { cliPath }),
    path: environment['PATH'] ?? '',
    environment,
    cacheDir: cacheDirectory(environment),
    dataFile,
    namespace: settings.temporal.namespace,
    ui: true,
    onProgress: (line) => logger.info(line),
  });
  await makeDatabasePrivate(dataFile);
  return server;
}
