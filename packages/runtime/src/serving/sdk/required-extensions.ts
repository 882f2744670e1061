import { extensionRequired } from '../../tasks/a2a-errors.js';
import type { NegotiatedExtensions } from '../a2a/card/extensions.js';

/** The card says what is required, so a client can read it without supporting that. */
const EXEMPT: readonly string[] = ['getAuthenticatedExtendedAgentCard'];

/**
 * Refuses a request that does not name every extension that the agent requires. A message can name them itself, besides the header.
 *
 * @throws {A2AError} `EXTENSION_REQUIRED`
 */
export function checkExtensions({ missing }: NegotiatedExtensions, operation: string, request: unknown): void {
  if (missing.length === 0 || EXEMPT.includes(operation)) return;
  const { message } = (request ?? {}) as { readonly message?: { readonly extensions?: readonly string[] } };
  const unnamed = missing.filter((uri) => !message?.extensions?.includes(uri));
  if (unnamed.length > 0) throw extensionRequired(unnamed);
}
