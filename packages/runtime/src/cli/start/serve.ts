import type { Logger } from '@molecule/adapters';
import { readWorkspace, type WorkspaceOptions } from '../../boot/open-workspace.js';
import type { RuntimeHandle, RuntimeInfo } from '../../boot/runtime-types.js';
import { startWorkspace } from '../../boot/start-runtime.js';
import { readCommandEnvironment } from '../../settings/environment/command-environment.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { createLogger, isPretty } from '../../telemetry/logging/create-logger.js';
import { startTracing } from '../../telemetry/tracing/start-tracing.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { consoleToLog } from './console-to-log.js';
import { logUncaught } from './log-uncaught.js';
import { renderFirstScreen } from './render-first-screen.js';
import { showProgress } from './show-progress.js';
import { stopOnSignal } from './stop-on-signal.js';

export interface ServeOptions {
  readonly configPath: string;
  readonly templateDir?: string;
  readonly dev: boolean;
  readonly demoModel: boolean;
  /** What is undefined comes from the settings. */
  readonly listen: { readonly port: number | undefined; readonly host: string | undefined };
}

/** Serves the agent until a signal stops it. Returns the exit code. */
export async function serve(serving: ServeOptions, host: CliHost): Promise<number> {
  const { listen, ...workspaceAndMode } = serving;
  const options: WorkspaceOptions = {
    ...workspaceAndMode,
    // The runtime still reads what is hidden below.
    environment: { ...host.environment },
    ...(listen.port !== undefined && { port: listen.port }),
    ...(listen.host !== undefined && { host: listen.host }),
  };
  const workspace = await readWorkspace(options, (settings) => createLogger(settings, host.stderr));
  const { config, settings, ownSecrets, logger } = workspace;
  const tracing = await startTracing(settings, {
    serviceName: settings.workspaceId,
    serviceVersion: config.version,
    logger,
  });
  // Before the adapter is loaded, and after tracing, whose exporters read the environment of the process.
  host.process.hideFromChildren(ownSecrets);
  const uncaught = logUncaught(logger, host.process);
  const captured = consoleToLog(logger);
  const runtime = startWorkspace(workspace);
  const tell = (text: string) => (isPretty(settings, host.stderr) ? host.stderr.write(`${text}\n`) : logger.info(text));
  const stop = stopOnSignal(runtime, settings.shutdownGraceMs, host.process, tell);
  const progress = showProgress(`starting ${config.name}`, tell);
  try {
    const info = await readyOrStopped(runtime, stop.requested);
    progress.end();
    if (info !== undefined) announce(info, settings, logger, host);
    await Promise.race([stop.done, runtime.stopped]);
    return EXIT_CODES.ok;
  } finally {
    progress.end();
    stop.stopListening();
    uncaught.stop();
    captured.stop();
    await tracing.shutdown();
  }
}

/** `undefined` if a signal came before the runtime was ready. */
async function readyOrStopped(runtime: RuntimeHandle, stopRequested: Promise<void>): Promise<RuntimeInfo | undefined> {
  return Promise.race([runtime.ready, stopRequested.then(() => undefined)]);
}

/** A log in JSON gets a line. The first screen goes to standard output, unless `MOLECULE_LOG_FORMAT=json` is set. */
function announce(info: RuntimeInfo, settings: RuntimeSettings, logger: Logger, host: CliHost): void {
  if (!isPretty(settings, host.stderr)) logger.info('ready', { ...info });
  if (settings.logFormat === 'json') return;
  const { color } = readCommandEnvironment(host.environment);
  const options = { color: color && host.stdout.isTTY === true, command: host.command.text };
  host.stdout.write(`\n${renderFirstScreen(info, options)}\n`);
}
