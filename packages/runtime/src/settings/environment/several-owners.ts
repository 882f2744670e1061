import type { RuntimeSettings } from './runtime-settings.js';

/** True if callers may be of more than one owner: several that tokens name, or any that an issuer or an authority names. */
export function hasSeveralOwners({
  tokens,
  oidc,
  clientCertificates,
}: Pick<RuntimeSettings, 'tokens' | 'oidc' | 'clientCertificates'>): boolean {
  return new Set(tokens.map(({ owner }) => owner)).size > 1 || oidc !== undefined || clientCertificates !== undefined;
}
