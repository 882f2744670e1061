import { timingSafeEqual } from 'node:crypto';
import type { AccessToken } from '../../settings/environment/runtime-settings.js';
import { secretDigest } from '../../support/network/bearer.js';
import type { Principal } from './principal.js';

/** The tokens that the operator has given out. */
export class OwnTokens {
  readonly #tokens: readonly { readonly principal: Principal; readonly digest: Buffer }[];

  constructor(tokens: readonly AccessToken[]) {
    this.#tokens = tokens.map(({ owner, scopes, token }) => ({
      principal: { owner, scopes },
      digest: secretDigest(token),
    }));
  }

  /** Who has the token; `undefined` if it is none of these. */
  bearerOf(token: string): Principal | undefined {
    const digest = secretDigest(token);
    let found: Principal | undefined;
    // Every token is compared, in constant time, so that the duration reveals nothing about the tokens.
    for (const known of this.#tokens) {
      if (timingSafeEqual(known.digest, digest)) found ??= known.principal;
    }
    return found;
  }
}
