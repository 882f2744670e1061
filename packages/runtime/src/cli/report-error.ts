import { MoleculeError } from '@molecule/adapters';
import type { CommandEnvironment } from '../environment/command-environment.js';
import { createPaint } from '../first-screen/paint.js';
import { createLogger } from '../logging/create-logger.js';
import { terminalText } from '../logging/terminal-text.js';
import type { CliHost } from './cli-host.js';
import { withOwnCommand } from './own-command.js';

/** Tells a person why a command failed: what we throw on purpose speaks for itself, the rest says how to see more. Commands in it work as pasted. */
export function reportError(
  error: unknown,
  { stderr, command }: Pick<CliHost, 'stderr' | 'command'>,
  environment: CommandEnvironment,
): void {
  const paint = createPaint(environment.color && stderr.isTTY === true);
  const isOurs = MoleculeError.is(error);
  const message = error instanceof Error ? error.message : String(error);
  const label = isOurs ? error.code : 'Unexpected error';
  stderr.write(`${paint.bad(label)}: ${withOwnCommand(terminalText(message), command)}\n`);
  if (environment.debug) stderr.write(`${terminalText(stacksOf(error))}\n`);
  else if (!isOurs) stderr.write('Run it again with LOG_LEVEL=debug to see where it happened.\n');
}

/** The same for a program that reads the log: one line of it. */
export function logError(error: unknown, { stderr, command }: Pick<CliHost, 'stderr' | 'command'>): void {
  const logger = createLogger({ logLevel: 'error', logFormat: 'json', secrets: [] }, stderr);
  const message = error instanceof Error ? error.message : String(error);
  if (MoleculeError.is(error)) logger.error(withOwnCommand(message, command), { code: error.code });
  else logger.error(message, { error });
}

function stacksOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stacksOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
