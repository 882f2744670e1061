import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../errors/error-codes.js';

/** The Temporal CLI or the development server that it runs cannot be used. */
export class TemporalCliError extends MoleculeError {
  static override readonly brand: string = '@molecule/temporal.TemporalCliError';
  readonly code:
    | 'TEMPORAL_CLI_NOT_FOUND'
    | 'TEMPORAL_CLI_UNUSABLE'
    | 'TEMPORAL_SERVER_EXITED'
    | 'TEMPORAL_SERVER_NOT_READY';

  constructor(code: TemporalCliError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }
}
