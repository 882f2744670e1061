import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from './error-codes.js';

/** An encryption key cannot be used, or the key of a payload is missing. */
export class EncryptionKeyError extends MoleculeError {
  static override readonly brand: string = '@molecule/temporal.EncryptionKeyError';
  readonly code: 'ENCRYPTION_KEY_INVALID' | 'ENCRYPTION_KEY_UNKNOWN' | 'PAYLOAD_DAMAGED';

  constructor(code: EncryptionKeyError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }
}
