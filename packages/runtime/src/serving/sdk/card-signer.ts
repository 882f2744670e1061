import { AgentCard, type AgentCardSignature, generateAgentCardSignature } from '@a2a-js/sdk';
import { ALGORITHM, type SigningKey, type SigningKeys } from '../../keys/signing-keys.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { cardJson } from './card-json.js';
import type { Json } from './json.js';

/** A card as it is served, and since when it has this signature. */
export interface SignedJson {
  readonly json: Json;
  /** Milliseconds since 1970; undefined: it could not be signed. */
  readonly signedAt: number | undefined;
}

/** What was signed with a key. */
interface Kept<Value> {
  readonly key: SigningKey;
  readonly value: Promise<Value>;
}

/**
 * Signs agent cards with the workspace's key (A2A 1.0, section 8.4). A signature covers what a client of 1.0 reads of the card, so it
 * holds whatever else a card has for clients of 0.3. If the store has not been read yet and cannot be, the card is served without one.
 */
export class CardSigner {
  readonly #keys: Pick<SigningKeys, 'current'>;
  readonly #keySetUrl: () => string;
  /** By card. A card that has not changed keeps its signature, so that caches keep the card. */
  readonly #served = new WeakMap<AgentCard, Kept<Json>>();
  readonly #signed = new WeakMap<AgentCard, Kept<AgentCard>>();

  /** @param keySetUrl where verifiers find the public keys; called after the server listens */
  constructor(keys: Pick<SigningKeys, 'current'>, keySetUrl: () => string) {
    this.#keys = keys;
    this.#keySetUrl = keySetUrl;
  }

  /** The card for clients of every version, signed. */
  async json(card: AgentCard): Promise<SignedJson> {
    const key = await this.#key();
    if (!key) return { json: cardJson(card), signedAt: undefined };
    const json = await kept(this.#served, card, key, async () => {
      const unsigned = cardJson(card);
      return { ...unsigned, signatures: await this.#signatures(unsigned, key) };
    });
    return { json, signedAt: key.createdAt };
  }

  /** The card for a client of 1.0, signed. */
  async sign(card: AgentCard): Promise<AgentCard> {
    const key = await this.#key();
    if (!key) return card;
    return kept(this.#signed, card, key, async () => {
      return { ...card, signatures: await this.#signatures(AgentCard.toJSON(card) as Json, key) };
    });
  }

  #key(): Promise<SigningKey | undefined> {
    return this.#keys.current().catch((error: unknown) => {
      if (StorageError.is(error)) return undefined;
      throw error;
    });
  }

  /** The SDK reads cards of 1.0 out of their JSON; of a card that was read already, it would leave out the kinds of security schemes. */
  async #signatures(json: Json, { id, privateKey }: SigningKey): Promise<AgentCardSignature[]> {
    const header = { alg: ALGORITHM, typ: 'JOSE', kid: id, jku: this.#keySetUrl() };
    const sign = generateAgentCardSignature(privateKey, header);
    return (await sign({ ...json, signatures: [] } as unknown as AgentCard)).signatures;
  }
}

/** What was made of the card with this key, or is made of it now. */
function kept<Value>(
  known: WeakMap<AgentCard, Kept<Value>>,
  card: AgentCard,
  key: SigningKey,
  make: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(card);
  if (found?.key === key) return found.value;
  const value = make();
  known.set(card, { key, value });
  return value;
}
