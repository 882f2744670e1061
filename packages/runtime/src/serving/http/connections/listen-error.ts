// A file of its own: published declarations name this class, and must not name the types of Express.

import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../../support/error-codes.js';

/** The server cannot listen on its address. */
export class ListenError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.ListenError';
  readonly code = 'LISTEN_FAILED' satisfies ErrorCode;
}
