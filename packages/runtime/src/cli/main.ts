import { readCommandEnvironment } from '../environment/command-environment.js';
import { type CliHost, EXIT_CODES } from './cli-host.js';
import { runDoctor } from './doctor/run-doctor.js';
import { type CommandLine, parseCommandLine } from './parse-command-line.js';
import { reportError } from './report-error.js';
import { runVersion } from './run-version.js';
import { runSend } from './send/run-send.js';
import { runStart } from './start/run-start.js';
import { UsageError } from './usage-error.js';

/**
 * The command line `molecule`. Never rejects.
 *
 * @param argv What follows the program's name.
 * @returns the exit code
 */
export async function main(argv: readonly string[], host: CliHost): Promise<number> {
  try {
    return await run(parseCommandLine(argv), host);
  } catch (error) {
    reportError(error, host.stderr, readCommandEnvironment(host.environment));
    return error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES.failed;
  }
}

async function run(commandLine: CommandLine, host: CliHost): Promise<number> {
  switch (commandLine.command) {
    case 'start':
      return runStart(commandLine, host);
    case 'doctor':
      return runDoctor(commandLine, host);
    case 'send':
      return runSend(commandLine, host);
    case 'version':
      return runVersion(commandLine, host);
    case 'help':
      return EXIT_CODES.ok;
  }
}
