import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

export type DurableErrorCode = 'TEMPORAL_NOT_INSTALLED' | 'TEMPORAL_UNAVAILABLE';

/** Durable execution is required (`MOLECULE_TEMPORAL=required`) but not available. */
export class DurableError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.DurableError';
  readonly code: DurableErrorCode;

  constructor(code: DurableErrorCode, message: string) {
    super(message);
    this.code = code satisfies ErrorCode;
  }
}
