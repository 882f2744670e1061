import { errors, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import { IssuerError } from './issuer-error.js';

/** Signatures by a key of which only the issuer has the private half. A program that can verify others can also make them. */
export const ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Seconds by which the clocks of the issuer and of this machine may differ. */
export const CLOCK_SECONDS = 30;

/** Headers that bring or name a key. Only the keys of the issuer count, so such a token is an attack, or not meant for us. */
const KEY_HEADERS = ['jwk', 'jku', 'x5c', 'x5u'] as const;
/** Types of other kinds of tokens, such as those for signing out, are refused (RFC 8725, section 3.11). */
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

/** Why a token with this header is refused, before its signature is verified. */
export function headerProblem(
  header: ProtectedHeaderParameters & { readonly [name: string]: unknown },
): string | undefined {
  if (typeof header['alg'] !== 'string' || !ALGORITHMS.includes(header['alg'])) return 'algorithm-not-allowed';
  if (header['crit'] !== undefined) return 'critical-header';
  if (KEY_HEADERS.some((name) => header[name] !== undefined)) return 'key-in-header';
  const type = header['typ'];
  if (type !== undefined && !(typeof type === 'string' && TYPES.includes(type.toLowerCase())))
    return 'wrong-token-type';
  return undefined;
}

/** Why a token with a good signature and the right issuer is refused nevertheless. */
export function claimsProblem(claims: JWTPayload, audiences: readonly string[]): string | undefined {
  const { aud = [], iat, sub } = claims;
  // A service that gets the token could use it here, so it must be meant for this agent alone.
  if (![aud].flat().every((one) => audiences.includes(one))) return 'meant-for-others-too';
  if (iat !== undefined && iat > Date.now() / 1_000 + CLOCK_SECONDS) return 'issued-in-the-future';
  return isName(sub) ? undefined : 'no-subject';
}

const MOST_NAME_CHARACTERS = 255;

/** True for a text that can name a person or a program. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.length <= MOST_NAME_CHARACTERS && !/\p{Cc}|\p{Cs}/u.test(value)
  );
}

const BY_CODE: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'wrong-signature',
  ERR_JWKS_NO_MATCHING_KEY: 'unknown-key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'ambiguous-key',
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm-not-allowed',
  ERR_JWS_INVALID: 'malformed-token',
  ERR_JWT_INVALID: 'malformed-token',
};
const BY_CLAIM: Readonly<Record<string, string>> = {
  iss: 'unknown-issuer',
  aud: 'wrong-audience',
  nbf: 'not-yet-valid',
  sub: 'no-subject',
  exp: 'no-expiry',
};

/** The reason in an error of verification. */
export function reasonIn(error: unknown): string {
  if (IssuerError.is(error)) return 'issuer-unavailable';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.reason === 'invalid' ? 'malformed-claim' : (BY_CLAIM[error.claim] ?? 'malformed-claim');
  }
  const code = error instanceof errors.JOSEError ? error.code : '';
  // Anything else was thrown for a key of the issuer that cannot be used, such as one that is too short.
  return BY_CODE[code] ?? 'unusable-key';
}
