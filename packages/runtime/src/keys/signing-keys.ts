import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { type Clock, wallClock } from '../support/clock.js';
import type { KeyStore, NewKey, StoredKey } from '../tasks/keys/key-store.js';
import { StorageError } from '../tasks/storage/storage-error.js';
import { CALLER, ONCE } from '../tasks/storage/storage-gate.js';

/** Every library of JOSE has it, and its keys and signatures are short. */
export const ALGORITHM = 'ES256';

/** How long the public part of a retired key is kept: what it has signed is verified later, and verifiers keep key sets for hours. */
export const KEPT_MS = 7 * 24 * 3_600_000;

/** For so long a process uses what it has read: another one may have made a new key. */
export const READ_AGAIN_MS = 10_000;

/** A key that signs. */
export interface SigningKey {
  /** The `kid` of what it signs. */
  readonly id: string;
  readonly createdAt: number;
  readonly privateKey: CryptoKey;
}

interface Known {
  readonly readAt: number;
  readonly signing: SigningKey;
  readonly jwks: JsonWebKeySet;
}

/** The public keys, as verifiers read them (RFC 7517). */
export interface JsonWebKeySet {
  readonly keys: readonly JWK[];
}

/** The keys of the workspace, which are in its store, so that every process of it signs with the same one. The first use makes the first key. */
export class SigningKeys {
  readonly #store: KeyStore;
  readonly #clock: Pick<Clock, 'now'>;
  #known: Promise<Known> | undefined;

  constructor(store: KeyStore, clock: Pick<Clock, 'now'> = wallClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The key that signs now. @throws {StorageError} */
  async current(): Promise<SigningKey> {
    return (await this.#read()).signing;
  }

  /** The public keys: the one that signs now, and those that have retired in the last 7 days. @throws {StorageError} */
  async jwks(): Promise<JsonWebKeySet> {
    return (await this.#read()).jwks;
  }

  /** Every key, the newest first. @throws {StorageError} */
  list(): Promise<readonly StoredKey[]> {
    return this.#store.all();
  }

  /** Makes a new key, which signs from now on; other processes use it within 10 s. @returns its id @throws {StorageError} */
  async rotate(): Promise<string> {
    const now = this.#clock.now();
    await this.#store.replace(await makeKey(now), now - KEPT_MS);
    this.#known = undefined;
    return (await this.current()).id;
  }

  async #read(): Promise<Known> {
    const reading = this.#known;
    const known = await reading?.catch(() => undefined);
    if (known && Math.abs(this.#clock.now() - known.readAt) < READ_AGAIN_MS) return known;
    // Of those that wait for the same reading, the first one reads again.
    if (this.#known === reading || !this.#known) this.#known = this.#load(known);
    return this.#known;
  }

  async #load(before: Known | undefined): Promise<Known> {
    const readAt = this.#clock.now();
    try {
      return await this.#readStore(before, readAt);
    } catch (error) {
      // The key that was read before still signs.
      if (before && StorageError.is(error)) return { ...before, readAt };
      throw error;
    }
  }

  async #readStore(before: Known | undefined, readAt: number): Promise<Known> {
    let keys = await this.#store.all(before ? ONCE : CALLER);
    if (!keys.some(signs)) {
      await this.#store.addFirst(await makeKey(readAt));
      keys = await this.#store.all();
    }
    const active = keys.find(signs);
    if (!active) throw new TypeError('The store holds no key that signs.');
    const kept = keys.filter(({ retiredAt }) => retiredAt === undefined || readAt - retiredAt < KEPT_MS);
    const signing = before?.signing.id === active.id ? before.signing : await toSigningKey(active);
    return { readAt, signing, jwks: { keys: kept.map(({ publicKey }) => JSON.parse(publicKey) as JWK) } };
  }
}

function signs({ privateKey }: StoredKey): boolean {
  return privateKey !== undefined;
}

async function makeKey(createdAt: number): Promise<NewKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const id = await calculateJwkThumbprint(jwk);
  return {
    id,
    createdAt,
    publicKey: JSON.stringify({ ...jwk, kid: id, use: 'sig', alg: ALGORITHM }),
    privateKey: JSON.stringify(await exportJWK(privateKey)),
  };
}

async function toSigningKey({ id, createdAt, privateKey = '' }: StoredKey): Promise<SigningKey> {
  return { id, createdAt, privateKey: (await importJWK(JSON.parse(privateKey) as JWK, ALGORITHM)) as CryptoKey };
}
