import { MoleculeError } from '@molecule/adapters';

/** What a body rejects with when its process stops before the turn is over and another process is to go on. */
export class TurnHandedOver extends MoleculeError {
  override readonly name = 'TurnHandedOver';
  readonly code = 'TURN_HANDED_OVER';

  constructor(message = 'The process is stopping; another process goes on with the turn.') {
    super(message);
  }

  /** True for a {@link TurnHandedOver} of any copy of this package. */
  static override is(value: unknown): value is TurnHandedOver {
    return MoleculeError.is(value) && value.code === 'TURN_HANDED_OVER';
  }
}
