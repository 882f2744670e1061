import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, type Logger } from '@molecule/adapters';
import type { HermesEndpoint } from '../api/endpoint.js';
import { probe, waitForHealth } from '../api/health.js';
import { HermesError } from '../hermes-error.js';
import type { Environment } from '../model/providers.js';
import { writePrivateFile } from '../process/atomic-file.js';
import { endGateway, endLeftovers } from '../process/end-process.js';
import { isAlive, processesWithEnvironment } from '../process/process-tree.js';
import { assertVersion, tooOld } from './assert-version.js';
import type { Command } from './find-command.js';
import { gatewayEnvironment } from './gateway-environment.js';
import type { GatewayFiles } from './gateway-files.js';
import { logTail } from './gateway-log.js';
import { type GatewayRecord, readGatewayRecord, writeGatewayRecord } from './gateway-record.js';
import { spawnGateway } from './spawn-gateway.js';

const ADOPTED_CHECK_MS = 500;

/** All that a start needs. */
/** The variables of this process, and which of them Hermes gets besides those that it needs. */
export interface PassedVariables {
  readonly environment: Environment;
  readonly passed: readonly string[];
}

export interface StartOptions {
  readonly command: Command;
  readonly files: GatewayFiles;
  /** What Hermes finds in its home, by path; above all its config.yaml. */
  readonly homeFiles: Readonly<Record<string, string>>;
  readonly variables: PassedVariables;
  readonly workDir: string;
  /** Milliseconds until the health probe must have answered. */
  readonly budgetMs: number;
  /** False: a gateway of an earlier boot is ended, not taken over. */
  readonly mayAdopt: boolean;
  readonly logger: Logger;
}

/** What to do with a gateway that is already running. */
export interface AdoptOptions {
  /** True when other processes use it: it is not ended then, and used even with another configuration. */
  readonly isShared: boolean;
}

/** A gateway that answers. */
export interface LiveGateway {
  readonly pid: number;
  readonly endpoint: HermesEndpoint;
  /** True when its configuration is that of another process. */
  readonly isBorrowed: boolean;
  /** Resolves with a few words when its process has ended. */
  readonly ended: Promise<string>;
}

/**
 * Adopts the gateway of another process or an earlier start if it runs, accepts its key and has the same configuration; its runs
 * continue. Otherwise ends it with everything that it started, and returns `undefined`. Two processes must not call it at the same time.
 */
export async function adoptGateway(
  options: StartOptions,
  { isShared }: AdoptOptions,
): Promise<LiveGateway | undefined> {
  const { files, logger } = options;
  const record = await readGatewayRecord(files.record);
  if (record === undefined || !(await isOurs(record, files))) {
    await endLeftovers(files.home);
    return undefined;
  }
  const endpoint = endpointOf(record);
  const { pid, port } = record;
  const isSame = record.fingerprint === fingerprint(options);
  if ((isShared || (options.mayAdopt && isSame)) && (await probe(endpoint)) === 'ready') {
    if (isShared) logger.info('uses the Hermes that another process of this workspace uses', { pid, port });
    else logger.info('took over the Hermes of an earlier boot', { pid, port });
    if (!isSame) {
      logger.warn('the shared Hermes has another configuration; it is replaced when the other processes have ended', {
        pid,
      });
    }
    return { pid, endpoint, isBorrowed: !isSame, ended: endOfAdopted(pid) };
  }
  logger.info(
    'ending the Hermes of an earlier boot: it does not answer, has another configuration, or an unknown run',
    {
      pid: record.pid,
    },
  );
  await endGateway({ pid: record.pid, home: files.home });
  return undefined;
}

/**
 * Starts a gateway and waits until it answers.
 *
 * @throws {HermesError} `HERMES_NOT_STARTED` with the end of its log when it does not answer, or when `signal` is aborted
 * first; `HERMES_COMMAND_UNUSABLE`, `HERMES_VERSION_UNSUPPORTED`
 */
export async function startGateway(options: StartOptions, signal?: AbortSignal): Promise<LiveGateway> {
  const { command, files, budgetMs, logger } = options;
  for (const [path, text] of Object.entries(options.homeFiles)) await writePrivateFile(join(files.home, path), text);
  const startedAt = Date.now();
  const port = await freePort();
  const apiKey = randomBytes(32).toString('hex');
  const environment = gatewayEnvironment({
    ...options.variables,
    home: files.home,
    port,
    apiKey,
  });
  const child = await spawnGateway({ command, environment, workDir: options.workDir, logFile: files.log });
  const record: GatewayRecord = { pid: child.pid, port, apiKey, fingerprint: fingerprint(options) };
  await writeGatewayRecord(files.record, record);

  let end: string | undefined;
  void child.ended.then((reason) => {
    end = reason;
  });
  const endpoint = endpointOf(record);
  const health = await waitForHealth(endpoint, budgetMs, () => end !== undefined || signal?.aborted === true);
  if (health !== 'ready') {
    const what = end === undefined ? `did not answer within ${budgetMs / 1000} s` : `ended while starting (${end})`;
    await endGateway({ pid: child.pid, home: files.home, graceMs: 1000 });
    if (health === 'too-old') throw tooOld('one without the pages that are needed');
    throw new HermesError(
      'HERMES_NOT_STARTED',
      `Hermes (${command.join(' ')}) ${what}. The end of its log:\n${await logTail(files.log)}`,
    );
  }
  await assertVersion(endpoint, logger).catch(async (error: unknown) => {
    await endGateway({ pid: child.pid, home: files.home, graceMs: 1000 });
    throw error;
  });
  logger.info('Hermes is up', { pid: child.pid, port, milliseconds: Date.now() - startedAt });
  return { pid: child.pid, endpoint, isBorrowed: false, ended: child.ended };
}

/** True when the process of the record still is the gateway of this workspace, and not another with its old number. */
async function isOurs(record: GatewayRecord, files: GatewayFiles): Promise<boolean> {
  if (!isAlive(record.pid)) return false;
  if (process.platform === 'linux') {
    return (await processesWithEnvironment({ HERMES_HOME: files.home })).includes(record.pid);
  }
  return (await probe(endpointOf(record))) === 'ready';
}

function endpointOf({ port, apiKey }: GatewayRecord): HermesEndpoint {
  return { baseUrl: `http://127.0.0.1:${port}`, apiKey };
}

function fingerprint({ command, homeFiles, variables }: StartOptions): string {
  const passed = variables.passed.map((name) => variables.environment[name] ?? null);
  return createHash('sha256')
    .update(JSON.stringify([command, homeFiles, passed]))
    .digest('hex');
}

/** There is no exit event for a process that is not a child, so it is polled. */
async function endOfAdopted(pid: number): Promise<string> {
  while (isAlive(pid)) await delay(ADOPTED_CHECK_MS, undefined, { ref: false });
  return 'it was gone';
}
