export type CreateErrorCode = 'USAGE' | 'NAME_INVALID' | 'ENGINE_UNKNOWN' | 'DIRECTORY_NOT_EMPTY';

/** A project could not be made. `message` says what to do. */
export class CreateError extends Error {
  override readonly name = 'CreateError';
  readonly code: CreateErrorCode;

  constructor(code: CreateErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
