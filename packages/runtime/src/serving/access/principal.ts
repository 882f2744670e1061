import type { Scopes } from '../../settings/environment/scopes.js';

/** Who sends a request, and what it may do. */
export interface Principal {
  /** The owner whose tasks it may see and create. */
  readonly owner: string;
  readonly scopes: Scopes;
}

/** Why a caller was refused. It is logged; the caller is not told, since it would help to guess. */
export interface Refusal {
  readonly reason: string;
  /** What the log says besides. It holds nothing secret. */
  readonly details?: Readonly<Record<string, string>>;
}

/** The answer to the question who sends a request. */
export type Identity = { readonly principal: Principal } | { readonly refusal: Refusal };

export function refused(reason: string, details?: Refusal['details']): { readonly refusal: Refusal } {
  return { refusal: { reason, ...(details && { details }) } };
}
