/** Something that is wrong with a template. `message` says what was wanted and what was found. */
export class VerifyFailure extends Error {
  override readonly name = 'VerifyFailure';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Throws {@link VerifyFailure} unless the condition holds. */
export function demand(condition: boolean, message: string, remedy: string): asserts condition {
  if (!condition) throw new VerifyFailure(message, remedy);
}
