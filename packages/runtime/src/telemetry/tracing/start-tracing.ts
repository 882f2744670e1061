import { randomUUID } from 'node:crypto';
import type { Logger } from '@molecule/adapters';
import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { isModuleNotFound } from '../../support/is-module-not-found.js';
import { within } from '../../support/wait.js';

const SDK = '@opentelemetry/sdk-node';
/** Longer than an export takes, shorter than a process supervisor waits. */
const FLUSH_MS = 3000;

export interface TracingOptions {
  /** Used if the environment sets no service name. */
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly logger: Logger;
}

/** A handle on the export of traces, which may be inactive. */
export interface Tracing {
  readonly active: boolean;
  /** Sends the remaining spans, for at most 3 seconds, and uninstalls the SDK. Never rejects. */
  shutdown(): Promise<void>;
}

const INACTIVE: Tracing = { active: false, async shutdown() {} };

/**
 * Installs OpenTelemetry's SDK for the whole process if an `OTEL_*` variable enables traces; otherwise nothing is loaded.
 * Only the entry point calls this: a program that embeds the runtime installs its own SDK. The SDK reads its exporters and
 * samplers from the `OTEL_*` variables itself. If the SDK is not installed, a warning is logged.
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
    // The SDK's own detectors would add the command line, which may contain secrets.
    resourceDetectors: [{ detect: () => ({ attributes }) }],
    logRecordProcessors: [],
    metricReaders: [],
  });
  sdk.start();
  return {
    active: true,
    async shutdown() {
      await flush(() => sdk.shutdown(), logger);
      // Another one may be installed then: the first one that is installed stays, whatever has become of it.
      for (const part of [trace, context, propagation]) part.disable();
    },
  };
}

async function importSdk(logger: Logger): Promise<typeof import('@opentelemetry/sdk-node') | undefined> {
  try {
    return await import('@opentelemetry/sdk-node');
  } catch (error) {
    if (!isModuleNotFound(error, SDK)) throw error;
    logger.warn(`OTEL_* enables traces, but ${SDK} is not installed, so none are exported: npm install ${SDK}`);
    return undefined;
  }
}

/** The SDK reports failed exports only through `diag`. The first is a warning, later ones are at debug level. */
function reportExportErrors(logger: Logger): void {
  let reported = false;
  const report = (message: string, ...details: unknown[]) => {
    const level = reported ? 'debug' : 'warn';
    reported = true;
    logger[level]('OpenTelemetry reports a problem', { problem: message, details: details.map(String) });
  };
  const ignore = () => {};
  diag.setLogger(
    { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

async function flush(shutdown: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await within(shutdown(), FLUSH_MS, () => {
      throw new Error(`not finished after ${FLUSH_MS} ms`);
    });
  } catch (error) {
    logger.warn('the last traces could not be exported', { error });
  }
}
