import type { Logger } from '@molecule/adapters';

/** One line of the log. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger, and the lines that it has received. */
export interface RecordingLogger {
  readonly logger: Logger;
  readonly lines: LoggedLine[];
}

/** Keeps every line, for tests of what an operator reads. */
export function recordingLogger(): RecordingLogger {
  const lines: LoggedLine[] = [];
  return { logger: loggerWith(lines, {}), lines };
}

function loggerWith(lines: LoggedLine[], common: Readonly<Record<string, unknown>>): Logger {
  const at = (level: LoggedLine['level']) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
    lines.push({ level, message, fields: { ...common, ...fields } });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => loggerWith(lines, { ...common, ...fields }),
  };
}
