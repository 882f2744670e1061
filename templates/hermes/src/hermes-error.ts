import { MoleculeError } from '@molecule/adapters';

/** Why there is no Hermes to be had, for the operator; listed in docs/errors.md. */
export type HermesErrorCode =
  | 'HERMES_NOT_INSTALLED'
  | 'HERMES_COMMAND_UNUSABLE'
  | 'HERMES_NOT_STARTED'
  | 'HERMES_VERSION_UNSUPPORTED'
  | 'HERMES_API_BASE_INVALID'
  | 'HERMES_API_UNREACHABLE'
  | 'HERMES_API_KEY_REFUSED'
  | 'HERMES_MODEL_INVALID'
  | 'HERMES_MODEL_KEY_MISSING';

/** An engine that cannot be made. The message says what was wanted, what was found, and what to do. */
export class HermesError extends MoleculeError {
  override readonly name = 'HermesError';
  readonly code: HermesErrorCode;

  constructor(code: HermesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
