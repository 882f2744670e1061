import { readCommandEnvironment } from '../environment/command-environment.js';
import { type CliHost, EXIT_CODES } from './cli-host.js';
import { assertNodeVersion } from './node-version.js';
import { type CommandLine, parseCommandLine } from './parse-command-line.js';
import { logError, reportError } from './report-error.js';
import { runVersion } from './run-version.js';
import { UsageError } from './usage-error.js';

/**
 * The command line `molecule`. Never rejects.
 *
 * @param argv What follows the program's name.
 * @returns the exit code
 */
export async function main(argv: readonly string[], host: CliHost): Promise<number> {
  const environment = readCommandEnvironment(host.environment);
  let serves = false;
  try {
    const commandLine = parseCommandLine(argv);
    serves = commandLine.command === 'start';
    if (commandLine.command === 'start' || commandLine.command === 'doctor') assertNodeVersion(host.nodeVersion);
    return await run(commandLine, host);
  } catch (error) {
    if (serves && environment.jsonLines) logError(error, host);
    else reportError(error, host, environment);
    return error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES.failed;
  }
}

/** A command's code is loaded only for that command: sending a message needs no server. */
async function run(commandLine: CommandLine, host: CliHost): Promise<number> {
  switch (commandLine.command) {
    case 'start': {
      const { runStart } = await import('./start/run-start.js');
      return runStart(commandLine, host);
    }
    case 'doctor': {
      const { runDoctor } = await import('./doctor/run-doctor.js');
      return runDoctor(commandLine, host);
    }
    case 'send': {
      const { runSend } = await import('./send/run-send.js');
      return runSend(commandLine, host);
    }
    case 'task': {
      const { runTask } = await import('./task/run-task.js');
      return runTask(commandLine, host);
    }
    case 'prompt': {
      const { runPrompt } = await import('./prompt/run-prompt.js');
      return runPrompt(commandLine, host);
    }
    case 'verify': {
      const { runVerify } = await import('./verify/run-verify.js');
      return runVerify(commandLine, host);
    }
    case 'version':
      return runVersion(commandLine, host);
    case 'help':
      return EXIT_CODES.ok;
  }
}
