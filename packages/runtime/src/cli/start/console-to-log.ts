import { format } from 'node:util';
import type { Logger } from '@molecule/adapters';

/** Packages whose console output is of no use to an operator: the A2A SDK prints a stack for every refused stream. */
const NOISY = new Set(['@a2a-js/sdk']);

const LEVELS = { error: 'error', warn: 'warn', log: 'info', info: 'info', debug: 'debug' } as const;

/**
 * Turns console output into lines of the log, at the level of the console method, with the package or file that wrote them.
 * Otherwise such lines would be no JSON, and could contain secrets that the log redacts.
 */
export function consoleToLog(logger: Logger): { stop(): void } {
  const { error, warn, log, info, debug } = console;
  const writes = Object.entries(LEVELS).map(([method, level]) => [
    method,
    (...parameters: unknown[]) => {
      const component = callerOf(new Error().stack ?? '');
      logger[NOISY.has(component) ? 'debug' : level](format(...parameters), { component });
    },
  ]);
  Object.assign(console, Object.fromEntries(writes));
  return {
    stop() {
      Object.assign(console, { error, warn, log, info, debug });
    },
  };
}

/** The package in the first line of a stack that is neither Node's nor this file's; the file, if it is in no package. */
function callerOf(stack: string): string {
  // The first two lines are the error's own and the function above.
  for (const line of stack.split('\n').slice(2)) {
    if (line.includes('node:')) continue;
    const place = line
      .slice(line.lastIndexOf('(') + 1)
      .replace(/^\s*at (?:async )?/, '')
      .replace(/:\d+:\d+\)?$/, '');
    const modules = place.lastIndexOf('node_modules/');
    if (modules === -1) return place.replace(/^file:\/\//, '') || 'console';
    const [scope = '', name = ''] = place.slice(modules + 'node_modules/'.length).split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  }
  return 'console';
}
