import { createHash, timingSafeEqual } from 'node:crypto';

/** A secret as it is compared: of one length whatever the secret's, so that a comparison in constant time is possible. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The token of an `Authorization` header; undefined if it has none. */
export function bearerIn(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** True if the `Authorization` header is exactly `Bearer <token>`. The duration reveals nothing about the token. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  return timingSafeEqual(secretDigest(authorization ?? ''), secretDigest(`Bearer ${token}`));
}
