import { timingSafeEqual } from 'node:crypto';
import type { AccessToken } from '../../settings/environment/runtime-settings.js';
import { bearerIn, secretDigest } from '../../support/network/bearer.js';
import { ANONYMOUS } from '../../tasks/engine-context.js';

/** Identifies the owner of a request by its token. */
export class AccessControl {
  readonly #tokens: readonly { readonly owner: string; readonly digest: Buffer }[];

  constructor(tokens: readonly AccessToken[]) {
    this.#tokens = tokens.map(({ owner, token }) => ({ owner, digest: secretDigest(token) }));
  }

  /** True if a request needs a token. */
  get required(): boolean {
    return this.#tokens.length > 0;
  }

  /** The owner of the token in the `Authorization` header; `undefined` if the request must be refused. */
  ownerOf(authorization: string | undefined): string | undefined {
    if (!this.required) return ANONYMOUS;
    const token = bearerIn(authorization);
    if (token === undefined) return undefined;
    const digest = secretDigest(token);
    let owner: string | undefined;
    // Every token is compared, in constant time, so that the duration reveals nothing about the tokens.
    for (const known of this.#tokens) {
      if (timingSafeEqual(known.digest, digest)) owner ??= known.owner;
    }
    return owner;
  }
}
