import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

/** The command line is wrong. `message` is one line for the person who typed it. */
export class UsageError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.UsageError';
  readonly code = 'USAGE' satisfies ErrorCode;
}
