const BRAND = Symbol.for('@molecule/adapters.error');

/**
 * The base of every error that Molecule throws on purpose. `code` is stable: programs may branch on it; the message may
 * change. Checked by a brand and not by identity, so that two copies of the package understand each other.
 */
export abstract class MoleculeError extends Error {
  /** Stable, listed in the documentation's table of codes. */
  abstract readonly code: string;

  static {
    Object.defineProperty(MoleculeError.prototype, BRAND, { value: true });
  }

  /** True for a {@link MoleculeError} of any copy of this package. */
  static is(value: unknown): value is MoleculeError {
    return value instanceof Error && (value as unknown as Record<symbol, unknown>)[BRAND] === true;
  }
}
