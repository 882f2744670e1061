import type { ChildProcess } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { TimedOut } from '../support/bounded.js';

import { type FindTemporalCliOptions, findTemporalCli, type TemporalCli } from './find-temporal-cli.js';
import { freePort } from './free-port.js';
import { isServing } from './is-serving.js';
import { spawnServer } from './spawn-server.js';
import { TemporalCliError } from './temporal-cli-error.js';

/** How to start a development server. */
export interface TemporalDevServerOptions extends FindTemporalCliOptions {
  /** SQLite file that keeps the histories. Default: in memory, gone with the server. */
  readonly dataFile?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** True: with the web interface. Default false: it starts faster. */
  readonly ui?: boolean;
  /** Created when it is not there. Default `default`. */
  readonly namespace?: string;
  /** More arguments for `temporal server start-dev`. */
  readonly extraArgs?: readonly string[];
  /**
   * True: the server outlives this process. Default false: it ends when this process ends, in whatever way. On Windows
   * it ends only by `stop()`.
   */
  readonly detached?: boolean;
  /**
   * The environment of the caller. The server gets what a program needs to find its way on the machine (`HOME`, `TMPDIR`
   * and the like), and nothing else of it. Default: only `path`.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the server must answer. Default 30 000: the first start on a slow disk takes several seconds. */
  readonly readyTimeoutMs?: number;
}

/** A development server that answers. */
export interface TemporalDevServer extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
  readonly port: number;
  readonly namespace: string;
  readonly pid: number;
  /** Set with `ui: true`. */
  readonly uiUrl?: string;
  readonly cli: TemporalCli;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Sends a signal; does not wait. */
  kill(signal: NodeJS.Signals): void;
  /** Ends the server and waits for it; idempotent. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const STOP_TIMEOUT_MS = 5_000;
/**
 * Between finding a free port and listening on it another program may take it. The server itself needs some more, which
 * it finds in the same way, so a given port does not help.
 */
const PORT_TRIES = 4;

/**
 * Starts a Temporal server for development and tests, and waits until it serves. Cancels reach activities at once: the
 * server settings for it are switched on. Throws {@link TemporalCliError}: those of `findTemporalCli`,
 * `TEMPORAL_SERVER_EXITED`, `TEMPORAL_SERVER_NOT_READY`.
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
    // Its database is named relative to its directory: the server takes a path for a URI, and loses some of its signs.
    ...(options.dataFile !== undefined && { cwd: dirname(resolve(options.dataFile)) }),
    outlivesParent: options.detached ?? false,
  });
  const handle: TemporalDevServer = {
    address: `${HOST}:${port}`,
    port,
    namespace,
    pid: server.child.pid ?? 0,
    ...(uiPort === undefined ? {} : { uiUrl: `http://${HOST}:${uiPort}` }),
    cli,
    exited: server.exited,
    kill: (signal) => void server.child.kill(signal),
    stop: () => stop(server.child, server.exited),
    [Symbol.asyncDispose]: () => stop(server.child, server.exited),
  };
  try {
    await waitUntilServing(handle, options.readyTimeoutMs ?? 30_000, server.lastOutput);
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
        { cause: new TimedOut('Temporal server', timeoutMs) },
      );
    }
    await setTimeout(25);
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // Until now it kept nobody alive; from here on its end is waited for.
  child.ref();
  child.kill('SIGTERM');
  const timer = globalThis.setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
