import type { Logger } from '@molecule/adapters';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { createPrettyFormat } from './pretty.js';
import { createRedactor } from './redact.js';
import { serialiseFields } from './serialise-error.js';

/** The destination of log lines. `isTTY` decides the format if the setting is `auto`. */
export interface LogDestination {
  write(line: string): unknown;
  readonly isTTY?: boolean | undefined;
}

export type LoggerSettings = Pick<RuntimeSettings, 'logLevel' | 'logFormat' | 'secrets'>;

/**
 * Creates the logger of a runtime: readable text on a terminal, otherwise one JSON object for each line. Known secrets and
 * credentials are redacted in every line.
 *
 * @param destination Default: standard error, since standard output is for the result of a command.
 */
export function createLogger(settings: LoggerSettings, destination: LogDestination = process.stderr): Logger {
  const format = isPretty(settings, destination)
    ? createPrettyFormat(destination.isTTY === true)
    : (line: string) => line;
  const stream: DestinationStream = { write: (line) => void destination.write(format(line)) };
  const logger = pino(
    {
      level: settings.logLevel,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      hooks: { streamWrite: createRedactor(settings.secrets) },
    },
    stream,
  );
  return wrap(logger);
}

/** If false, each line is a JSON object. */
export function isPretty({ logFormat }: Pick<LoggerSettings, 'logFormat'>, destination: LogDestination): boolean {
  return logFormat === 'pretty' || (logFormat === 'auto' && destination.isTTY === true);
}

function wrap(logger: PinoLogger): Logger {
  return {
    debug: (message, fields) => logger.debug(lineFields(fields), message),
    info: (message, fields) => logger.info(lineFields(fields), message),
    warn: (message, fields) => logger.warn(lineFields(fields), message),
    error: (message, fields) => logger.error(lineFields(fields), message),
    child: (fields) => wrap(logger.child(lineFields(fields))),
  };
}

/** Keys of the line itself. A field of the same name is renamed, since readers differ on duplicate keys in JSON. */
const OWN_KEYS: ReadonlySet<string> = new Set(['message', 'level', 'time']);

function lineFields(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const entries = Object.entries(serialiseFields(fields));
  return Object.fromEntries(entries.map(([key, value]) => [OWN_KEYS.has(key) ? `${key}Field` : key, value]));
}
