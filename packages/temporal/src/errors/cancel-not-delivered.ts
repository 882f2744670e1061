import { MoleculeError } from '@molecule/adapters';

/** A cancel that reached neither a turn in this process nor Temporal. */
export class CancelNotDelivered extends MoleculeError {
  override readonly name = 'CancelNotDelivered';
  readonly code = 'CANCEL_NOT_DELIVERED';

  constructor(taskId: string, detail: string, options?: ErrorOptions) {
    super(
      `Task ${taskId} does not run in this process, and Temporal could not be asked to cancel it: ${detail}. Try again.`,
      options,
    );
  }
}
