import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../../support/error-codes.js';

/** The keys of an issuer are not known: it does not answer, or its answer cannot be used. */
export class IssuerError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.IssuerError';
  readonly code = 'ISSUER_UNAVAILABLE' satisfies ErrorCode;
}
