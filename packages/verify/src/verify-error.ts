/** A fault of a template. `message` states what was expected and what was found. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** @throws {VerifyError} unless the condition holds */
export function demand(condition: boolean, message: string, remedy: string): asserts condition {
  if (!condition) throw new VerifyError(message, remedy);
}
