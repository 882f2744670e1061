import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

/** The database of the team records cannot be opened. */
export class TeamDatabaseError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.TeamDatabaseError';
  readonly code: 'TEAM_DATABASE_OPEN_FAILED' | 'TEAM_DATABASE_TOO_NEW';

  constructor(code: TeamDatabaseError['code'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }
}
