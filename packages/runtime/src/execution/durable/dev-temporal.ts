import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@molecule/adapters';
import { cacheDirectory } from '../../settings/environment/cache-directory.js';
import type { Env } from '../../settings/environment/env.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { tryLock } from '../../support/sqlite/file-lock.js';
import { makeDatabasePrivate } from '../../tasks/storage/state-directory.js';
import { moveBrokenAside } from './dev-temporal-file.js';
import { DurableError } from './durable-error.js';
import type { TemporalModule } from './temporal-module.js';

/** A Temporal server for development. It ends with the process that started it. */
export interface DevTemporal {
  /** `host:port`. */
  readonly address: string;
  readonly uiUrl?: string;
  stop(): Promise<void>;
}

/** How long the server of another process may take to start. */
const OTHER_MS = 30_000;
const LOOK_MS = 100;

/**
 * Starts a Temporal server that keeps its histories in the state directory. Two servers would damage the file, so a second process on
 * the same state directory uses the server of the first while that one runs.
 *
 * @throws {DurableError} `TEMPORAL_UNAVAILABLE` if another process starts a server for this state directory and it does not come up;
 * what starting the server throws
 */
export async function startDevTemporal(
  temporal: TemporalModule,
  settings: RuntimeSettings,
  environment: Env,
  logger: Logger,
): Promise<DevTemporal> {
  const { stateDir } = settings;
  const note = join(stateDir, 'temporal.json');
  for (const until = Date.now() + OTHER_MS; Date.now() < until; await sleep(LOOK_MS)) {
    const lock = tryLock(join(stateDir, 'temporal.lock'));
    if (lock) {
      try {
        rmSync(note, { force: true });
        const server = await startOwn(temporal, settings, environment, logger);
        writeFileSync(note, JSON.stringify({ address: server.address, uiUrl: server.uiUrl }), { mode: 0o600 });
        return {
          ...server,
          async stop() {
            rmSync(note, { force: true });
            await server.stop();
            lock.release();
          },
        };
      } catch (error) {
        lock.release();
        throw error;
      }
    }
    const other = readNote(note);
    if (other) {
      logger.info('uses the Temporal server of another process on this state directory', { ...other });
      return { ...other, async stop() {} };
    }
  }
  throw new DurableError(
    'TEMPORAL_UNAVAILABLE',
    `Another process has been starting a Temporal server for ${stateDir} for ${OTHER_MS / 1000} s. Stop that process, or set MOLECULE_STATE_DIR to another directory.`,
  );
}

async function startOwn(
  temporal: TemporalModule,
  settings: RuntimeSettings,
  environment: Env,
  logger: Logger,
): Promise<DevTemporal> {
  const { cliPath } = settings.temporal;
  const dataFile = join(settings.stateDir, 'temporal.db');
  moveBrokenAside(dataFile, logger);
  const { address, uiUrl, ...server } = await temporal.startTemporalDevServer({
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
  return { address, ...(uiUrl !== undefined && { uiUrl }), stop: () => server.stop() };
}

/** Undefined: the other process has no server, not yet or no longer. */
function readNote(file: string): Pick<DevTemporal, 'address' | 'uiUrl'> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Pick<DevTemporal, 'address' | 'uiUrl'>;
  } catch {
    // Missing or half written: the caller reads it again.
    return undefined;
  }
}
