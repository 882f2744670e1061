import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

/** A delegation that is refused or impossible. The message is for the model. */
export class DelegationError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.DelegationError';
  readonly code = 'DELEGATION_REFUSED' satisfies ErrorCode;
}
