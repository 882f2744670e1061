import type { ChildProcess } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@molecule/adapters';
import { TimedOutError } from '../support/wait.js';
import { type FindTemporalCliOptions, findTemporalCli, type TemporalCli } from './find-temporal-cli.js';
import { isServing } from './is-serving.js';
import { spawnServer } from './spawn-server.js';
import { TemporalCliError } from './temporal-cli-error.js';

/** How to start a development server. */
export interface TemporalDevServerOptions extends FindTemporalCliOptions {
  /** SQLite file for the histories. Default: in memory, lost with the server. */
  readonly dataFile?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** True: with the web interface. Default false: it starts faster. */
  readonly ui?: boolean;
  /** Created if it does not exist. Default `default`. */
  readonly namespace?: string;
  /** More arguments for `temporal server start-dev`. */
  readonly extraArgs?: readonly string[];
  /**
   * True: the server outlives this process. Default false: it ends with this process, even if that is killed. On Windows it ends
   * only by `stop()`.
   */
  readonly detached?: boolean;
  /**
   * Environment of the caller. The server gets `HOME`, `TMPDIR` and similar variables from it, and no others, because they may hold
   * secrets. Default: only `path`.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A running development server. */
export interface TemporalDevServer extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
  readonly port: number;
  readonly namespace: string;
  readonly pid: number;
  /** Set with `ui: true`. */
  readonly uiUrl?: string;
  readonly cli: TemporalCli;
  /** Resolves when the process has ended, whatever the reason. */
  readonly exited: Promise<void>;
  /** Sends a signal; does not wait. */
  kill(signal: NodeJS.Signals): void;
  /** Ends the server and waits for it; idempotent. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** The first start on a slow disk takes several seconds. */
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
/**
 * Another program may take a free port before the server listens on it. The server finds further ports for itself in the same way,
 * so a given port can also fail.
 */
const PORT_TRIES = 4;

/**
 * Starts a Temporal server for development and tests, and waits until it serves. Its settings let cancels reach activities at once.
 *
 * @throws {TemporalCliError} those of `findTemporalCli`, `TEMPORAL_SERVER_EXITED`, `TEMPORAL_SERVER_NOT_READY`
 */
export async function startTemporalDevServer(options: TemporalDevServerOptions): Promise<TemporalDevServer> {
  const cli = await findTemporalCli(options);
  for (let tries = PORT_TRIES; ; tries -= 1) {
    try {
      return await startOnce(options, cli);
    } catch (error) {
      const exited = error instanceof TemporalCliError && error.code === 'TEMPORAL_SERVER_EXITED';
      if (!exited || tries <= 1) throw error;
    }
  }
}

async function startOnce(options: TemporalDevServerOptions, cli: TemporalCli): Promise<TemporalDevServer> {
  const port = options.port ?? (await freePort());
  const uiPort = options.ui ? await freePort() : undefined;
  const namespace = options.namespace ?? 'default';
  const server = spawnServer(resolve(cli.path), serverArguments(options, port, uiPort, namespace), {
    environment: { PATH: options.path, ...options.environment },
    // The database is named relative to its directory, because the server reads a path as a URI and drops some characters.
    ...(options.dataFile !== undefined && { cwd: dirname(resolve(options.dataFile)) }),
    outlivesParent: options.detached ?? false,
  });
  const handle: TemporalDevServer = {
    address: `${HOST}:${port}`,
    port,
    namespace,
    pid: server.child.pid ?? 0,
    ...(uiPort !== undefined && { uiUrl: `http://${HOST}:${uiPort}` }),
    cli,
    exited: server.exited,
    kill: (signal) => void server.child.kill(signal),
    stop: () => stop(server.child, server.exited),
    [Symbol.asyncDispose]: () => stop(server.child, server.exited),
  };
  try {
    await waitUntilServing(handle, READY_TIMEOUT_MS, server.lastOutput);
  } catch (error) {
    await handle.stop();
    throw error;
  }
  return handle;
}

function serverArguments(
  options: TemporalDevServerOptions,
  port: number,
  uiPort: number | undefined,
  namespace: string,
): string[] {
  const dynamicConfig = ['frontend.workerCommandsEnabled=true', 'system.enableCancelActivityWorkerCommand=true'];
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--log-level', 'error'],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(namespace === 'default' ? [] : ['--namespace', namespace]),
    ...(options.dataFile === undefined ? [] : ['--db-filename', basename(options.dataFile)]),
    ...dynamicConfig.flatMap((value) => ['--dynamic-config-value', value]),
    ...(options.extraArgs ?? []),
  ];
}

async function waitUntilServing(server: TemporalDevServer, timeoutMs: number, lastOutput: () => string): Promise<void> {
  const ended = new AbortController();
  void server.exited.then(() => ended.abort());
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (ended.signal.aborted) {
      throw new TemporalCliError(
        'TEMPORAL_SERVER_EXITED',
        `The Temporal server (${server.cli.path}) ended before it served at ${server.address}: ${lastOutput()}`,
      );
    }
    if (await isServing(server.address, server.namespace)) return;
    if (Date.now() > deadline) {
      throw new TemporalCliError(
        'TEMPORAL_SERVER_NOT_READY',
        `The Temporal server (${server.cli.path}) does not serve at ${server.address}: ${lastOutput()}`,
        { cause: new TimedOutError('Temporal server', timeoutMs) },
      );
    }
    await sleep(25);
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // Until now the child did not keep this process alive; its end must be waited for.
  child.ref();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
