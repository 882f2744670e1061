import { expect, test } from 'vitest';
import type { HostProcess } from '../../src/cli/host/cli-host.js';
import { logUncaught } from '../../src/cli/start/log-uncaught.js';
import { recordingLogger } from '../support/recording-logger.js';

function start() {
  const { logger, lines } = recordingLogger();
  const exits: number[] = [];
  let listener: Parameters<HostProcess['onUncaught']>[0] | undefined;
  const uncaught = logUncaught(logger, {
    nodeVersion: process.versions.node,
    hideFromChildren: () => {},
    onStopSignal: () => () => {},
    onUncaught(given) {
      listener = given;
      return () => {
        listener = undefined;
      };
    },
    exit: (code) => void exits.push(code),
  });
  return { lines, exits, uncaught, listener: () => listener };
}

test('an unhandled rejection is logged in the words that Node uses, and does not end the process', () => {
  const { lines, exits, listener } = start();
  const error = new Error('no answer');
  listener()?.(error, 'rejection');
  expect(lines).toMatchObject([{ level: 'error', message: 'unhandled promise rejection', fields: { error } }]);
  expect(exits).toEqual([]);
});

test('an uncaught exception is logged and ends the process', () => {
  const { lines, exits, listener } = start();
  listener()?.(new Error('broken state'), 'exception');
  expect(lines).toMatchObject([{ level: 'error', message: 'uncaught exception, the process ends' }]);
  expect(exits).toEqual([1]);
});

test('nothing is heard after the end', () => {
  const { uncaught, listener } = start();
  uncaught.stop();
  expect(listener()).toBeUndefined();
});
