import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { EncryptionKeyError } from '../errors/encryption-key-error.js';
import type { EncryptionKey } from './encryption-keys.js';
import { metadataOf, metadataText, payloadFromBytes, payloadToBytes } from './payload-proto.js';

const ENCODING = 'binary/encrypted';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM over the whole payload, including its metadata. `data` is nonce (12 bytes), tag (16), ciphertext; the key's id is in
 * the metadata and is authenticated with it. Encrypts with the first key; decrypts with the key that the payload names. Payloads
 * that are not encrypted pass, so that encryption can be switched on while tasks run.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: readonly EncryptionKey[];
  readonly #first: EncryptionKey;

  constructor(keys: readonly EncryptionKey[]) {
    const [first] = keys;
    if (!first)
      throw new EncryptionKeyError('ENCRYPTION_KEY_INVALID', 'Encryption needs at least one key, found none.');
    this.#keys = keys;
    this.#first = first;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => encrypt(payload, this.#first));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isEncrypted(payload) ? this.#decrypt(payload) : payload));
  }

  #decrypt(payload: Payload): Payload {
    const id = metadataText(payload, 'encryption-key-id') ?? '';
    const key = this.#keys.find((one) => one.id === id);
    if (!key) {
      throw new EncryptionKeyError(
        'ENCRYPTION_KEY_UNKNOWN',
        `A payload was encrypted with key ${id}; the keys here are ${this.#keys.map((one) => one.id).join(', ')}. Add the old key behind the new one.`,
      );
    }
    return decrypt(payload, key);
  }
}

function isEncrypted(payload: Payload): boolean {
  return metadataText(payload, 'encoding') === ENCODING;
}

function encrypt(payload: Payload, key: EncryptionKey): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce).setAAD(Buffer.from(key.id));
  const sealed = Buffer.concat([cipher.update(payloadToBytes(payload)), cipher.final()]);
  return {
    metadata: metadataOf({ encoding: ENCODING, 'encryption-cipher': CIPHER, 'encryption-key-id': key.id }),
    data: Buffer.concat([nonce, cipher.getAuthTag(), sealed]),
  };
}

function decrypt(payload: Payload, key: EncryptionKey): Payload {
  const data = Buffer.from(payload.data ?? new Uint8Array());
  const nonce = data.subarray(0, NONCE_BYTES);
  const tag = data.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(CIPHER, key.bytes, nonce).setAAD(Buffer.from(key.id)).setAuthTag(tag);
    const opened = Buffer.concat([decipher.update(data.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return payloadFromBytes(opened);
  } catch (cause) {
    throw new EncryptionKeyError(
      'PAYLOAD_DAMAGED',
      `A payload of key ${key.id} could not be decrypted: it was altered or cut.`,
      { cause },
    );
  }
}
