import { MoleculeError } from '@molecule/adapters';

/** `STORAGE_FULL`: no space is left. `STORAGE_UNAVAILABLE`: anything else that keeps the state directory from being read or written. */
export type StorageErrorCode = 'STORAGE_FULL' | 'STORAGE_UNAVAILABLE';

/** Something could not be written to, or read from, the state directory. The message is for the operator, and names the first cause. */
export class StorageError extends MoleculeError {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  static override is(value: unknown): value is StorageError {
    return MoleculeError.is(value) && value.name === 'StorageError';
  }
}

const REFUSAL = 'The server can store nothing now: ';

/** The same for a caller, who learns nothing of the server's inside. */
export function storageMessage(code: StorageErrorCode): string {
  return `${REFUSAL}${code === 'STORAGE_FULL' ? 'its disk is full' : 'its storage cannot be used'}.`;
}

/** True for a text that begins with what `storageMessage` made. */
export function isStorageMessage(message: unknown): boolean {
  return typeof message === 'string' && message.startsWith(REFUSAL);
}
