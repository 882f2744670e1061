import type { CliHost, StopSignal } from './cli-host.js';
import { ownCommand } from './own-command.js';
import { settleHome } from './settle-home.js';

/** Enough for output to be written. */
const LINGER_MS = 1000;
const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** The real process. */
export function createProcessHost(): CliHost {
  endQuietlyWhenNobodyReads();
  settleHome(process.env);
  return {
    environment: process.env,
    workingDirectory: process.cwd(),
    nodeVersion: process.versions.node,
    command: ownCommand({ environment: process.env, node: process.execPath, program: process.argv[1] ?? 'molecule' }),
    stdout: process.stdout,
    stderr: process.stderr,
    onStopSignal(listener) {
      for (const signal of STOP_SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of STOP_SIGNALS) process.off(signal, listener);
      };
    },
    onStrayError(listener) {
      const onException = (error: unknown) => listener(error, 'exception');
      const onRejection = (error: unknown) => listener(error, 'rejection');
      process.on('uncaughtException', onException).on('unhandledRejection', onRejection);
      return () => {
        process.off('uncaughtException', onException).off('unhandledRejection', onRejection);
      };
    },
    exit: (code) => process.exit(code),
  };
}

/**
 * Ends the process with this code as soon as nothing is left to do, and at once when something that ought to have been
 * closed keeps it alive.
 */
export function endSoon(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** `molecule send ... | head -1` closes our output early. That is no error. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
