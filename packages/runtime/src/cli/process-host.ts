import { homedir } from 'node:os';
import type { CliHost, StopSignal } from './host/cli-host.js';
import { OwnCommand, ownCommandText } from './host/own-command.js';
import { VERBS } from './verb-list.js';

/** Long enough for output to be written. */
const LINGER_MS = 1000;
/** The home directory of Debian's user `nobody`; it does not exist. */
const NO_HOME = '/nonexistent';
const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];
/** What may follow `molecule` in a text that can be pasted. */
const COMMAND_WORDS: readonly string[] = [...VERBS.map(({ name }) => name), '--help'];

/** The real process. */
export function createProcessHost(): CliHost {
  endQuietlyOnClosedOutput();
  settleHome(process.env);
  const program = process.argv[1] ?? 'molecule';
  return {
    environment: process.env,
    workingDirectory: process.cwd(),
    command: new OwnCommand(
      ownCommandText({ environment: process.env, node: process.execPath, program }),
      COMMAND_WORDS,
    ),
    stdout: process.stdout,
    stderr: process.stderr,
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
    process: {
      nodeVersion: process.versions.node,
      onStopSignal(listener) {
        for (const signal of STOP_SIGNALS) process.on(signal, listener);
        return () => {
          for (const signal of STOP_SIGNALS) process.off(signal, listener);
        };
      },
      onUncaught(listener) {
        const onException = (error: unknown) => listener(error, 'exception');
        const onRejection = (error: unknown) => listener(error, 'rejection');
        process.on('uncaughtException', onException).on('unhandledRejection', onRejection);
        return () => {
          process.off('uncaughtException', onException).off('unhandledRejection', onRejection);
        };
      },
      hideFromChildren(names) {
        for (const name of names) delete process.env[name];
      },
      exit: (code) => process.exit(code),
    },
  };
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(question);
  } finally {
    reader.close();
  }
}

/** Ends the process with this code once nothing keeps it alive, and after a second at the latest. */
export function endSoon(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** `molecule send ... | head -1` closes our output early. That is no error. */
function endQuietlyOnClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

/**
 * Sets HOME if the user has no home directory: no HOME, and a user id without an entry in /etc/passwd, as in containers
 * that run under an arbitrary id. Many libraries ask for the home directory without need, and fail if there is none.
 */
function settleHome(environment: Record<string, string | undefined>): void {
  try {
    homedir();
  } catch {
    environment['HOME'] = NO_HOME;
  }
}
