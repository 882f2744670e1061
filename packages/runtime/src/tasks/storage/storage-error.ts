import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

/** `STORAGE_FULL`: no space is left. `STORAGE_UNAVAILABLE`: anything else that keeps it from being read or written. */
export type StorageErrorCode = 'STORAGE_FULL' | 'STORAGE_UNAVAILABLE';

interface StorageErrorOptions {
  readonly cause?: unknown;
  readonly hasTakenEffect?: () => Promise<boolean>;
}

/** The state directory or the database could not be written or read. The message is for the operator, and names the first cause. */
export class StorageError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.StorageError';
  readonly code: StorageErrorCode;
  /**
   * Set if the connection broke while a transaction was committed, so that it may have taken effect: true if it has, false if it has
   * not and never will.
   */
  readonly hasTakenEffect: (() => Promise<boolean>) | undefined;

  constructor(code: StorageErrorCode, message: string, options: StorageErrorOptions = {}) {
    super(message, options);
    this.code = code satisfies ErrorCode;
    this.hasTakenEffect = options.hasTakenEffect;
  }
}

const REFUSAL = 'The server can store nothing now: ';

/** The text for a caller: it names no detail of the server. */
export function storageMessage(code: StorageErrorCode): string {
  return `${REFUSAL}${code === 'STORAGE_FULL' ? 'its disk is full' : 'its storage cannot be used'}.`;
}

/** True for a text that begins with a text of `storageMessage`. */
export function isStorageMessage(message: unknown): boolean {
  return typeof message === 'string' && message.startsWith(REFUSAL);
}
