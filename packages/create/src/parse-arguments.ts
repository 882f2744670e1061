import { parseArgs } from 'node:util';
import { CreateError } from './create-error.js';

/** The arguments of the command line. */
export interface CreateArguments {
  readonly directory: string | undefined;
  readonly engine: string | undefined;
  readonly help: boolean;
}

/** @throws {CreateError} `USAGE` */
export function parseArguments(argv: readonly string[]): CreateArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { engine: { type: 'string', short: 'e' }, help: { type: 'boolean', short: 'h' } },
    });
    const [directory, unexpected] = positionals;
    if (unexpected !== undefined) throw new Error(`Unexpected argument '${unexpected}'`);
    return { directory, engine: values.engine, help: values.help === true };
  } catch (error) {
    // The sentences after the first are advice for programmers.
    const [problem] = (error as Error).message.split(/\.\s/);
    throw new CreateError('USAGE', `${problem}. See: npm create @molecule@latest -- --help`);
  }
}
