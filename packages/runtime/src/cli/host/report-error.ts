import { MoleculeError } from '@molecule/adapters';
import { type CommandEnvironment, readCommandEnvironment } from '../../settings/environment/command-environment.js';
import { terminalText } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from './cli-host.js';
import { createPaint } from './paint.js';

/**
 * Prints why a command failed. The message of our own errors is enough; for others it says how to see the stack. Commands
 * in a message can be pasted.
 */
export function reportError(
  error: unknown,
  { stderr, command }: Pick<CliHost, 'stderr' | 'command'>,
  environment: CommandEnvironment,
): void {
  const paint = createPaint(environment.color && stderr.isTTY === true);
  const isOurs = MoleculeError.is(error);
  const label = isOurs ? error.code : 'Unexpected error';
  stderr.write(`${paint.bad(label)}: ${command.pasteable(terminalText(messageOf(error)))}\n`);
  if (environment.debug) stderr.write(`${terminalText(stacksOf(error))}\n`);
  else if (!isOurs) stderr.write('Run it again with LOG_LEVEL=debug to see where it happened.\n');
}

/**
 * Runs the server's command. If `MOLECULE_LOG_FORMAT=json` is set, an error becomes a JSON line like every other line of
 * the log, and the exit code of a failure.
 *
 * @throws the error, if the log is not JSON
 */
export async function errorsAsLogLines(host: CliHost, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!readCommandEnvironment(host.environment).jsonLines) throw error;
    await logError(error, host);
    return EXIT_CODES.failed;
  }
}

async function logError(error: unknown, { stderr, command }: CliHost): Promise<void> {
  const { createLogger } = await import('../../telemetry/logging/create-logger.js');
  const logger = createLogger({ logLevel: 'error', logFormat: 'json', secrets: [] }, stderr);
  if (MoleculeError.is(error)) logger.error(command.pasteable(messageOf(error)), { code: error.code });
  else logger.error(messageOf(error), { error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stacksOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stacksOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
