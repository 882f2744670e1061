import { MoleculeError } from '@molecule/adapters';

/** The command line is wrong. `message` is one or two lines for whoever typed it. */
export class UsageError extends MoleculeError {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}
