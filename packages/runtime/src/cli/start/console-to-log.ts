import { format } from 'node:util';
import type { Logger } from '@molecule/adapters';

/**
 * Libraries that write to the console (the A2A SDK does, with a stack, for every refused stream) go around the log: their
 * lines are neither JSON nor cleared of secrets. In the process of the command line they become debug lines.
 */
export function consoleToLog(logger: Logger): { stop(): void } {
  const { error, warn, log, info } = console;
  const write = (...parameters: unknown[]) =>
    logger.debug('a library wrote to the console', { text: format(...parameters) });
  Object.assign(console, { error: write, warn: write, log: write, info: write });
  return {
    stop() {
      Object.assign(console, { error, warn, log, info });
    },
  };
}
