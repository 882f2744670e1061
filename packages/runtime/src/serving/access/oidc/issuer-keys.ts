import type { Logger } from '@molecule/adapters';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { type Clock, monotonicClock } from '../../../support/clock.js';
import { reasonOf } from '../../../support/network/reason-of.js';
import { fetchKeys } from './fetch-keys.js';
import { IssuerError } from './issuer-error.js';

/** How long keys are used before they are fetched again. */
const FRESH_MS = 3_600_000;
/** The shortest time between two fetches because of a key that is not known, so that invented tokens cause no flood of requests. */
const UNKNOWN_KEY_MS = 60_000;
/** The shortest time between two attempts while the issuer does not answer. */
const RETRY_MS = 10_000;
/** How long keys are used while the issuer does not answer: a key that it has withdrawn meanwhile must end at some time. */
const LONGEST_MS = 24 * 3_600_000;

/** The public keys of one issuer: fetched when they are needed, kept for an hour, and kept for a day while the issuer is down. */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #logger: Logger;
  readonly #clock: Pick<Clock, 'now'>;
  #keys: { readonly find: JWTVerifyGetKey; readonly at: number } | undefined;
  #fetching: Promise<void> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  #unknownAt = Number.NEGATIVE_INFINITY;

  constructor(issuer: string, logger: Logger, clock: Pick<Clock, 'now'> = monotonicClock) {
    this.#issuer = issuer;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Fetches the keys ahead of the first token. An issuer that is down is logged, and tried again later. */
  async warm(): Promise<void> {
    await this.#fetch();
  }

  /**
   * The key with which a token was signed.
   *
   * @throws {IssuerError} if the keys cannot be fetched, and there are none from before
   * @throws {errors.JWKSNoMatchingKey} if the issuer does not have the key
   */
  readonly find: JWTVerifyGetKey = async (...token) => {
    await this.#refresh();
    try {
      return await this.#usable()(...token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#mayLookForUnknown()) throw error;
      this.#unknownAt = this.#clock.now();
      await this.#fetch();
      return this.#usable()(...token);
    }
  };

  /** Callers do not wait for an issuer that has failed, as long as there are keys from before. */
  async #refresh(): Promise<void> {
    if (this.#ageOfKeys() < FRESH_MS) return;
    if (this.#clock.now() - this.#failedAt < RETRY_MS && !this.#fetching) return;
    const fetching = this.#fetch();
    const hasFailed = this.#failedAt > (this.#keys?.at ?? 0);
    if (!hasFailed || this.#ageOfKeys() >= LONGEST_MS) await fetching;
  }

  #usable(): JWTVerifyGetKey {
    if (this.#keys && this.#ageOfKeys() < LONGEST_MS) return this.#keys.find;
    throw new IssuerError(`The keys of ${this.#issuer} are not known.`);
  }

  #ageOfKeys(): number {
    return this.#keys ? this.#clock.now() - this.#keys.at : Number.POSITIVE_INFINITY;
  }

  #mayLookForUnknown(): boolean {
    return this.#clock.now() - this.#unknownAt >= UNKNOWN_KEY_MS;
  }

  /** Never rejects. Calls at the same time share one fetch. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #load(): Promise<void> {
    const issuer = this.#issuer;
    try {
      const keys = await fetchKeys(issuer);
      this.#keys = { find: createLocalJWKSet(keys), at: this.#clock.now() };
      this.#logger.debug('the keys of an issuer were fetched', { issuer, keys: keys.keys.length });
    } catch (error) {
      this.#failedAt = this.#clock.now();
      const reason = reasonOf(error);
      const consequence = this.#keys
        ? 'tokens are verified with the keys from before'
        : 'its tokens are refused until it answers';
      this.#logger.warn('the keys of an issuer could not be fetched', { issuer, reason, consequence });
    }
  }
}
