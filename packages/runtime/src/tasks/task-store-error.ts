import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../support/error-codes.js';

export type TaskStoreErrorCode =
  | 'STORE_OF_OTHER_WORKSPACE'
  | 'STORE_IN_USE'
  | 'STORE_MOVED'
  | 'STORE_INCOMPLETE'
  | 'STORE_NOT_EMPTY'
  | 'STORE_COPY_DIFFERS';

/** A task store may not be used as wanted: it belongs to another workspace, is in use, was moved, or is not whole. */
export class TaskStoreError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.TaskStoreError';
  readonly code: TaskStoreErrorCode;

  constructor(code: TaskStoreErrorCode, message: string) {
    super(message);
    this.code = code satisfies ErrorCode;
  }
}
