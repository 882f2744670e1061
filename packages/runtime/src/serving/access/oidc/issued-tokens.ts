import type { Logger } from '@molecule/adapters';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import type { OidcSettings } from '../../../settings/environment/identity-settings.js';
import type { Clock } from '../../../support/clock.js';
import type { TokenVerifier } from '../access-control.js';
import type { ClientCertificate } from '../credentials.js';
import { type Identity, refused } from '../principal.js';
import { isBoundToAnother } from './bound-tokens.js';
import { isVerifiedName, ownerIn, scopesIn } from './claims.js';
import { IssuerKeys } from './issuer-keys.js';
import { ALGORITHMS, CLOCK_SECONDS, claimsProblem, headerProblem, reasonIn } from './token-problems.js';

/** A longer one is not read: its decoding would cost more than any token needs. */
const MOST_CHARACTERS = 8_192;
/** Of what a stranger wrote, in the log. */
const MOST_LOGGED = 200;

/** Identifies the bearers of tokens of OpenID Connect. */
export class IssuedTokens implements TokenVerifier {
  readonly #settings: OidcSettings;
  readonly #keys: ReadonlyMap<string, IssuerKeys>;

  constructor(settings: OidcSettings, logger: Logger, clock?: Pick<Clock, 'now'>) {
    this.#settings = settings;
    this.#keys = new Map(settings.issuers.map((issuer) => [issuer, new IssuerKeys(issuer, logger, clock)]));
  }

  /** Fetches the keys of all issuers ahead of the first token. Never rejects. */
  async warm(): Promise<void> {
    await Promise.all([...this.#keys.values()].map((keys) => keys.warm()));
  }

  async identify(token: string, certificate: ClientCertificate | undefined): Promise<Identity> {
    if (token.length > MOST_CHARACTERS) return refused('token-too-long', { characters: String(token.length) });
    const parts = token.split('.').length;
    if (parts !== 3) return refused(parts === 5 ? 'encrypted-token' : 'unknown-token');
    const read = readUnverified(token);
    if (!read) return refused('malformed-token');
    const { header, claims } = read;
    const told = { issuer: shortened(claims.iss), key: shortened(header.kid), algorithm: shortened(header.alg) };
    const problem = headerProblem(header);
    if (problem !== undefined) return refused(problem, told);
    const issuer = claims.iss ?? '';
    const keys = this.#keys.get(issuer);
    if (!keys) return refused('unknown-issuer', told);
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        algorithms: [...ALGORITHMS],
        issuer,
        audience: [...this.#settings.audiences],
        clockTolerance: CLOCK_SECONDS,
        requiredClaims: ['exp'],
      });
      return this.#identityOf(payload, issuer, certificate);
    } catch (error) {
      const reason = reasonIn(error);
      return refused(reason, reason === 'unusable-key' ? { ...told, error: String(error) } : told);
    }
  }

  #identityOf(claims: JWTPayload, issuer: string, certificate: ClientCertificate | undefined): Identity {
    const told = { issuer, subject: shortened(claims.sub) };
    const problem = claimsProblem(claims, this.#settings.audiences);
    if (problem !== undefined) return refused(problem, told);
    if (isBoundToAnother(claims, certificate)) return refused('bound-to-another-key', told);
    if (!isVerifiedName(claims, this.#settings)) return refused('unverified-email', told);
    const owner = ownerIn(claims, issuer, this.#settings);
    if (owner === undefined) return refused('no-owner', { ...told, claim: this.#settings.ownerClaim });
    return { principal: { owner, scopes: scopesIn(claims, this.#settings) } };
  }
}

/** What the token says of itself; undefined if it cannot be read. */
function readUnverified(token: string) {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
}

function shortened(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none')).slice(0, MOST_LOGGED);
}
