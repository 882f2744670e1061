import { randomUUID } from 'node:crypto';
import type { Logger } from '@molecule/adapters';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { RuntimeSettings } from '../environment/runtime-settings.js';

const SDK = '@opentelemetry/sdk-node';
/** Longer than an export takes, shorter than a supervisor waits. */
const FLUSH_MS = 3000;

export interface TracingOptions {
  /** Used when the environment names no service. */
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly logger: Logger;
}

/** Traces that are being exported, or not. */
export interface Tracing {
  readonly active: boolean;
  /** Sends what is left, for at most 3 seconds. Never rejects. */
  shutdown(): Promise<void>;
}

const INACTIVE: Tracing = { active: false, async shutdown() {} };

/**
 * Installs OpenTelemetry's SDK for the whole process when an `OTEL_*` variable asks for traces; otherwise nothing is
 * loaded. It is for the entry point to call: a program that embeds the runtime brings its own. The SDK reads its
 * exporters and samplers from the `OTEL_*` variables itself. That the SDK is not installed is a warning, no error.
 */
export async function startTracing(settings: Pick<RuntimeSettings, 'otel'>, options: TracingOptions): Promise<Tracing> {
  if (!settings.otel.wanted) return INACTIVE;
  const { logger } = options;
  const sdkModule = await importSdk(logger);
  if (sdkModule === undefined) return INACTIVE;
  reportExportErrors(logger);
  const attributes = {
    'service.name': options.serviceName,
    'service.version': options.serviceVersion,
    'service.instance.id': randomUUID(),
    ...settings.otel.resource,
  };
  const sdk = new sdkModule.NodeSDK({
    // The SDK's own detectors would add the command line, where secrets may stand.
    resourceDetectors: [{ detect: () => ({ attributes }) }],
    logRecordProcessors: [],
    metricReaders: [],
  });
  sdk.start();
  return { active: true, shutdown: () => flush(() => sdk.shutdown(), logger) };
}

async function importSdk(logger: Logger): Promise<typeof import('@opentelemetry/sdk-node') | undefined> {
  try {
    return await import('@opentelemetry/sdk-node');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${SDK}'`);
    if (!isMissing) throw error;
    logger.warn(`OTEL_* asks for traces, but ${SDK} is not installed, so none are written: npm install ${SDK}`);
    return undefined;
  }
}

/** The SDK tells of failed exports through `diag` only. The first is a warning; an outage need not fill the log. */
function reportExportErrors(logger: Logger): void {
  let told = false;
  const tell = (message: string, ...details: unknown[]) => {
    const level = told ? 'debug' : 'warn';
    told = true;
    logger[level]('OpenTelemetry reports a problem', { problem: message, details: details.map(String) });
  };
  const ignore = () => {};
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

async function flush(shutdown: () => Promise<void>, logger: Logger): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${FLUSH_MS} ms`)), FLUSH_MS);
  });
  try {
    await Promise.race([shutdown(), timeout]);
  } catch (error) {
    logger.warn('the last traces could not be sent', { error });
  } finally {
    clearTimeout(timer);
  }
}
