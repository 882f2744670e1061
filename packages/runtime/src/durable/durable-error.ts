import { MoleculeError } from '@molecule/adapters';

export type DurableErrorCode = 'TEMPORAL_NOT_INSTALLED' | 'TEMPORAL_UNAVAILABLE';

/** Durable execution was required (`MOLECULE_TEMPORAL=required`) and cannot be had. */
export class DurableError extends MoleculeError {
  override readonly name = 'DurableError';
  readonly code: DurableErrorCode;

  constructor(code: DurableErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
