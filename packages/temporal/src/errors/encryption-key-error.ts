import { MoleculeError } from '@molecule/adapters';

/** An encryption key that cannot be used, or one that is missing for what is to be read. */
export class EncryptionKeyError extends MoleculeError {
  override readonly name = 'EncryptionKeyError';

  constructor(
    readonly code: 'ENCRYPTION_KEY_INVALID' | 'ENCRYPTION_KEY_UNKNOWN' | 'PAYLOAD_DAMAGED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
