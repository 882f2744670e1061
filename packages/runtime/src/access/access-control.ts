import { createHash, timingSafeEqual } from 'node:crypto';
import type { AccessToken } from '../environment/runtime-settings.js';

/** The owner of everything on a server without tokens. */
export const ANONYMOUS = 'anonymous';

/** Knows who a request is from. */
export class AccessControl {
  readonly #tokens: readonly { readonly owner: string; readonly digest: Buffer }[];

  constructor(tokens: readonly AccessToken[]) {
    this.#tokens = tokens.map(({ owner, token }) => ({ owner, digest: digestOf(token) }));
  }

  /** True when a request needs a token. */
  get required(): boolean {
    return this.#tokens.length > 0;
  }

  /** The owner whose token the `Authorization` header holds; undefined: the request may not pass. */
  ownerOf(authorization: string | undefined): string | undefined {
    if (!this.required) return ANONYMOUS;
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const digest = digestOf(token);
    let owner: string | undefined;
    // Every token is compared, in constant time: neither the time nor the order tells anything about them.
    for (const known of this.#tokens) {
      if (timingSafeEqual(known.digest, digest)) owner ??= known.owner;
    }
    return owner;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
