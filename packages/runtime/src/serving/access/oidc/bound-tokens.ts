import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { isObject } from '../../../support/is-object.js';
import type { ClientCertificate } from '../credentials.js';

/**
 * True for a token that only the holder of a key may use, if this client has not shown that it holds the key. The key of a certificate
 * is supported (RFC 8705, section 3); a token that is bound in another way is refused, since it may have been stolen.
 */
export function isBoundToAnother({ cnf }: JWTPayload, certificate: ClientCertificate | undefined): boolean {
  if (cnf === undefined) return false;
  const thumbprint = isObject(cnf) ? cnf['x5t#S256'] : undefined;
  if (typeof thumbprint !== 'string' || certificate === undefined) return true;
  return createHash('sha256').update(certificate.shown.raw).digest('base64url') !== thumbprint;
}
