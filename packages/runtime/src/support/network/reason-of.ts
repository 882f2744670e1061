import { MoleculeError } from '@molecule/adapters';

/** Why a request failed. `fetch failed` does not say it, the cause of that error does. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

/** The same, except that an error of Molecule's own gives its whole message, which names the cause itself. */
export function failureText(error: unknown): string {
  return MoleculeError.is(error) ? error.message : reasonOf(error);
}
