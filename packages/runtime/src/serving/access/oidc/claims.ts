import type { JWTPayload } from 'jose';
import type { OidcSettings } from '../../../settings/environment/identity-settings.js';
import { isScope, type Scope, type Scopes } from '../../../settings/environment/scopes.js';
import { isObject } from '../../../support/is-object.js';
import { isName } from './token-problems.js';

/** The value of a claim, by its name, or by its path with dots. */
function claimIn(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), claims);
}

/**
 * The owner that a token names. The issuer is a part of it, since two issuers may use the same name for different people. It contains
 * a colon, as the owner of a token of `MOLECULE_TOKENS` never does. An issuer contains no `#`, so the first one ends it.
 *
 * @returns undefined if the claim is absent, or is no name
 */
export function ownerIn(claims: JWTPayload, issuer: string, { ownerClaim }: OidcSettings): string | undefined {
  const name = claimIn(claims, ownerClaim);
  return isName(name) ? `oidc:${issuer}#${name}` : undefined;
}

/** False if the owner is an address of email that its holder may have made up. */
export function isVerifiedName(claims: JWTPayload, { ownerClaim }: OidcSettings): boolean {
  return ownerClaim !== 'email' || claims['email_verified'] === true;
}

/** The scopes of ours that a token names; the default ones, if it names none. */
export function scopesIn(claims: JWTPayload, { scopeClaims, scopePrefix, defaultScopes }: OidcSettings): Scopes {
  const named = scopeClaims.flatMap((name) => listIn(claimIn(claims, name)));
  const ours = named
    .filter((name) => name.startsWith(scopePrefix))
    .map((name) => name.slice(scopePrefix.length))
    .filter((name): name is Scope => isScope(name));
  return ours.length > 0 ? new Set(ours) : defaultScopes;
}

/** The members of a list, or of a text with spaces. */
function listIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
