import type { Logger } from '@molecule/adapters';
import { loadConfig } from '../../config/load-config.js';
import { readCommandEnvironment } from '../../environment/command-environment.js';
import { readSettings } from '../../environment/read-settings.js';
import type { RuntimeSettings } from '../../environment/runtime-settings.js';
import { renderFirstScreen } from '../../first-screen/render-first-screen.js';
import { createLogger, isPretty } from '../../logging/create-logger.js';
import type { RuntimeHandle, RuntimeInfo } from '../../runtime-types.js';
import { startRuntime } from '../../start-runtime.js';
import { startTracing } from '../../tracing/start-tracing.js';
import { type CliHost, EXIT_CODES } from '../cli-host.js';
import { configPathOf } from '../config-path.js';
import type { StartOptions } from '../parse-command-line.js';
import { consoleToLog } from './console-to-log.js';
import { showProgress } from './show-progress.js';
import { stopOnSignal } from './stop-on-signal.js';

export interface StartCommand {
  readonly directory: string | undefined;
  readonly options: StartOptions;
}

/** `molecule start`: serves until a signal stops it. */
export async function runStart({ directory, options }: StartCommand, host: CliHost): Promise<number> {
  const configPath = configPathOf(directory, host);
  const { dev, demoModel } = options;
  const config = await loadConfig({ configPath });
  const settings = readSettings(host.environment, config, options);
  const logger = createLogger(settings, host.stderr);
  const tracing = await startTracing(settings, {
    serviceName: settings.workspaceId,
    serviceVersion: config.version,
    logger,
  });
  const listenForStrayErrors = logStrayErrors(logger, host);
  const captured = consoleToLog(logger);
  const runtime = startRuntime({
    configPath,
    environment: host.environment,
    dev,
    demoModel,
    logger,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.host === undefined ? {} : { host: options.host }),
  });
  const tell = (text: string) => (isPretty(settings, host.stderr) ? host.stderr.write(`${text}\n`) : logger.info(text));
  const stop = stopOnSignal(runtime, settings.shutdownGraceMs, host, tell);
  const progress = showProgress(`starting ${config.name}`, tell);
  try {
    const info = await readyOrStopped(runtime, stop.requested);
    progress.end();
    if (info !== undefined) announce(info, settings, logger, host);
    await stop.done;
    return EXIT_CODES.ok;
  } finally {
    progress.end();
    stop.stopListening();
    listenForStrayErrors.stop();
    captured.stop();
    await tracing.shutdown();
  }
}

/** The information once it serves; `undefined` when it was told to stop before. */
async function readyOrStopped(runtime: RuntimeHandle, stopRequested: Promise<void>): Promise<RuntimeInfo | undefined> {
  return Promise.race([runtime.ready, stopRequested.then(() => undefined)]);
}

/** Programs that read JSON lines get one; everybody who has not asked for nothing but JSON gets the first screen. */
function announce(info: RuntimeInfo, settings: RuntimeSettings, logger: Logger, host: CliHost): void {
  if (!isPretty(settings, host.stderr)) logger.info('ready', { ...info });
  if (settings.logFormat === 'json') return;
  const { color } = readCommandEnvironment(host.environment);
  host.stdout.write(
    `\n${renderFirstScreen(info, { color: color && host.stdout.isTTY === true, command: host.command })}\n`,
  );
}

/**
 * A rejection that nobody looked at is some library's slip, and no reason to end every task: it is logged. After an
 * exception the state of the process is unknown: it is logged, and the process ends.
 */
function logStrayErrors(logger: Logger, host: CliHost): { stop(): void } {
  const stop = host.onStrayError((error, kind) => {
    if (kind === 'rejection') {
      logger.error('a promise was rejected and nobody looked', { error });
      return;
    }
    logger.error('an exception that nobody caught ends the process', { error });
    host.exit(EXIT_CODES.failed);
  });
  return { stop };
}
