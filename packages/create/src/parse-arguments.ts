import { parseArgs } from 'node:util';
import { CreateError } from './create-error.js';

/** What the command line says; what it leaves open is asked, where there is somebody to ask. */
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
    throw new CreateError('USAGE', `${(error as Error).message}. See: npm create @molecule@latest -- --help`);
  }
}
