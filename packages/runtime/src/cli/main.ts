import { readCommandEnvironment } from '../settings/environment/command-environment.js';
import { parseArguments } from './command-line/parse-arguments.js';
import { renderHelp, renderVerbHelp } from './command-line/render-help.js';
import { type CliHost, EXIT_CODES } from './host/cli-host.js';
import { reportError } from './host/report-error.js';
import { UsageError } from './host/usage-error.js';
import { VERBS } from './verb-list.js';
import { printVersions } from './verbs/version.js';

/**
 * The command line `molecule`. Never rejects.
 *
 * @param argv The arguments that follow the program's name.
 * @returns the exit code
 */
export async function main(argv: readonly string[], host: CliHost): Promise<number> {
  try {
    return await run(argv, host);
  } catch (error) {
    reportError(error, host, readCommandEnvironment(host.environment));
    return error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES.failed;
  }
}

async function run(argv: readonly string[], host: CliHost): Promise<number> {
  const line = parseArguments(argv, VERBS);
  switch (line.kind) {
    case 'run':
      return line.verb.run(line.call, host);
    case 'version':
      return printVersions(false, host);
    case 'help':
      host.stdout.write(line.verb === undefined ? renderHelp(VERBS) : renderVerbHelp(line.verb, host.command));
      return EXIT_CODES.ok;
  }
}
