import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from './error-codes.js';

/** A cancel reached neither a turn in this process nor Temporal. */
export class CancelNotDeliveredError extends MoleculeError {
  static override readonly brand: string = '@molecule/temporal.CancelNotDeliveredError';
  readonly code = 'CANCEL_NOT_DELIVERED' satisfies ErrorCode;

  constructor(taskId: string, detail: string, options?: ErrorOptions) {
    super(
      `Task ${taskId} does not run in this process, and Temporal could not be asked to cancel it: ${detail}. Try again.`,
      options,
    );
  }
}
