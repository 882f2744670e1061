import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../support/error-codes.js';

/** The console is switched on, and its package is not installed. */
export class ConsoleNotInstalledError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.ConsoleNotInstalledError';
  readonly code = 'CONSOLE_NOT_INSTALLED' satisfies ErrorCode;
}
