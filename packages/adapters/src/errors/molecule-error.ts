/**
 * The base of every error that Molecule throws on purpose. `code` is stable: programs may branch on it. The message may change.
 *
 * A subclass declares a `code` and a {@link MoleculeError.brand | brand} of its own, and inherits the rest:
 *
 * ```ts
 * class PaymentError extends MoleculeError {
 *   static override readonly brand: string = '@acme/agent.PaymentError';
 *   readonly code = "PAYMENT_REFUSED";
 * }
 * ```
 */
export abstract class MoleculeError extends Error {
  /**
   * Identifies the class in every copy of its package: the package's name, a dot, the class's name. The part after the last dot
   * becomes the `name` of the errors.
   */
  static readonly brand: string = '@molecule/adapters.MoleculeError';

  /** Stable, and listed in the documentation's table of codes. */
  abstract readonly code: string;

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    const { brand } = new.target;
    this.name = brand.slice(brand.lastIndexOf('.') + 1);
  }

  /**
   * True for an error of this class or of a subclass, from any copy of the package: classes are compared by brand, not by identity.
   * A class without a brand of its own recognizes the errors of its own copy only.
   */
  static is<Kind extends MoleculeError>(this: { readonly prototype: Kind }, value: unknown): value is Kind {
    if (!(value instanceof Error)) return false;
    // biome-ignore lint/complexity/noThisInStatic: the class that `is` is called on, which may be a subclass.
    const wanted = ownBrand(this) ?? this;
    return classesOf(value).some((candidate) => (ownBrand(candidate) ?? candidate) === wanted);
  }
}

/** The error's class and its superclasses. */
function classesOf(error: Error): object[] {
  const classes: object[] = [];
  for (
    let level: unknown = Object.getPrototypeOf(error);
    level instanceof Error;
    level = Object.getPrototypeOf(level)
  ) {
    classes.push(level.constructor);
  }
  return classes;
}

function ownBrand(errorClass: object): string | undefined {
  if (!Object.hasOwn(errorClass, 'brand')) return undefined;
  const { brand } = errorClass as { readonly brand?: unknown };
  return typeof brand === 'string' ? brand : undefined;
}
