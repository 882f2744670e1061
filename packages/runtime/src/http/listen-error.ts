import { MoleculeError } from '@molecule/adapters';

/** The address could not be listened on. */
export class ListenError extends MoleculeError {
  override readonly name = 'ListenError';
  readonly code = 'LISTEN_FAILED';
}
