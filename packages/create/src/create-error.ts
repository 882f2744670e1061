import type { ErrorCode } from './error-codes.js';

export type CreateErrorCode = 'USAGE' | 'NAME_INVALID' | 'ENGINE_UNKNOWN' | 'DIRECTORY_NOT_EMPTY';

/**
 * A project could not be made. `message` says what to do. No `MoleculeError`: `npm create` downloads this package for one run, so it has
 * no dependencies.
 */
export class CreateError extends Error {
  override readonly name = 'CreateError';
  readonly code: CreateErrorCode;

  constructor(code: CreateErrorCode, message: string) {
    super(message);
    this.code = code satisfies ErrorCode;
  }
}
