import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from './error-codes.js';

/** A body rejects with it if its process stops before the turn has ended and another process resumes the turn. */
export class TurnHandedOverError extends MoleculeError {
  static override readonly brand: string = '@molecule/temporal.TurnHandedOverError';
  readonly code = 'TURN_HANDED_OVER' satisfies ErrorCode;

  constructor(message = 'The process is stopping; another process resumes the turn.') {
    super(message);
  }
}
