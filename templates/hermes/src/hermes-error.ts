import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from './error-codes.js';

/** Why no Hermes can be used, for the operator; listed in docs/errors.md. */
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

/** The engine cannot be created. The message states what was expected, what was found, and what to do. */
export class HermesError extends MoleculeError {
  static override readonly brand: string = 'template-hermes.HermesError';
  readonly code: HermesErrorCode;

  constructor(code: HermesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }
}
