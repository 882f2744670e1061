import { MoleculeError } from '@molecule/adapters';

/** The Temporal CLI, or the development server that it runs, cannot be used. */
export class TemporalCliError extends MoleculeError {
  override readonly name = 'TemporalCliError';

  constructor(
    readonly code:
      | 'TEMPORAL_CLI_NOT_FOUND'
      | 'TEMPORAL_CLI_UNUSABLE'
      | 'TEMPORAL_SERVER_EXITED'
      | 'TEMPORAL_SERVER_NOT_READY',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
