import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from './error-codes.js';

/** Temporal answers, but its namespace is missing or access to it is denied: an operator must change the configuration. */
export class TemporalAccessError extends MoleculeError {
  static override readonly brand: string = '@molecule/temporal.TemporalAccessError';
  readonly code: 'TEMPORAL_NAMESPACE_NOT_FOUND' | 'TEMPORAL_ACCESS_DENIED';

  private constructor(code: TemporalAccessError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }

  static namespaceNotFound(address: string, namespace: string, cause: unknown): TemporalAccessError {
    return new TemporalAccessError(
      'TEMPORAL_NAMESPACE_NOT_FOUND',
      `TEMPORAL_NAMESPACE_NOT_FOUND: Temporal at ${address} has no namespace ${JSON.stringify(namespace)}. Create it (temporal operator namespace create --namespace ${namespace}), or set TEMPORAL_NAMESPACE to one that is there.`,
      { cause },
    );
  }

  static denied(address: string, namespace: string, cause: unknown): TemporalAccessError {
    return new TemporalAccessError(
      'TEMPORAL_ACCESS_DENIED',
      `TEMPORAL_ACCESS_DENIED: Temporal at ${address} does not let this process into namespace ${JSON.stringify(namespace)}. Check TEMPORAL_API_KEY, or the certificates of TEMPORAL_TLS_*.`,
      { cause },
    );
  }
}
