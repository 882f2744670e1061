import { expect, it } from 'vitest';
import { consoleToLog } from '../../src/cli/start/console-to-log.js';
import { recordingLogger } from '../support/recording-logger.js';

/** Writes to the console as if the code were in that file. */
function writeFrom(file: string, method: 'log' | 'warn' | 'error' | 'info' | 'debug', ...parameters: unknown[]): void {
  const code = `(parameters) => console.${method}(...parameters)\n//# sourceURL=${file}`;
  // biome-ignore lint/security/noGlobalEval: the only way to give code a file of one's choice
  const write: (parameters: unknown[]) => void = globalThis.eval(code);
  write(parameters);
}

it('the console output of an adapter is logged with its level and component', () => {
  const { logger, lines } = recordingLogger();
  const captured = consoleToLog(logger);
  try {
    writeFrom('/app/dist/my-adapter.js', 'log', 'got %d messages', 3);
    writeFrom('/app/node_modules/@acme/adapter/index.js', 'warn', 'slow');
    writeFrom('/app/node_modules/left-pad/index.js', 'error', new Error('oops'));
    writeFrom('/app/node_modules/.pnpm/@a2a-js+sdk/node_modules/@a2a-js/sdk/dist/server.js', 'error', 'noise');
  } finally {
    captured.stop();
  }
  expect(lines.map(({ level, message, fields }) => [level, message.split('\n')[0], fields['component']])).toEqual([
    ['info', 'got 3 messages', '/app/dist/my-adapter.js'],
    ['warn', 'slow', '@acme/adapter'],
    ['error', 'Error: oops', 'left-pad'],
    ['debug', 'noise', '@a2a-js/sdk'],
  ]);
});
