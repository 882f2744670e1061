import type { JSONWebKeySet } from 'jose';
import { fetchJson } from './fetch-json.js';
import { IssuerError } from './issuer-error.js';

/**
 * The keys that an issuer's configuration names.
 *
 * @throws {IssuerError} if its configuration is not its own, or names no keys
 * @throws if it does not answer
 */
export async function fetchKeys(issuer: string): Promise<JSONWebKeySet> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const configuration = await fetchJson(address);
  // A document of another issuer could name other keys (OpenID Connect Discovery, section 4.3).
  if (configuration['issuer'] !== issuer) {
    throw new IssuerError(
      `${address} is the configuration of ${JSON.stringify(configuration['issuer'])}, and not of ${issuer}`,
    );
  }
  const place = configuration['jwks_uri'];
  if (typeof place !== 'string' || !URL.canParse(place)) throw new IssuerError(`${address} names no jwks_uri`);
  if (new URL(place).protocol !== new URL(issuer).protocol && new URL(place).protocol !== 'https:') {
    throw new IssuerError(`${address} names a jwks_uri that is not https`);
  }
  return (await fetchJson(place)) as unknown as JSONWebKeySet;
}
