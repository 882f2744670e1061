import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { EncryptionKeyError } from '../errors/encryption-key-error.js';

/** A derived key, and the id by which payloads refer to it. */
export interface EncryptionKey {
  readonly id: string;
  readonly bytes: Buffer;
}

const SHORTEST_SECRET = 16;
const KEY_BYTES = 32;
/** Fixed, because every process must derive the same key; so the secret itself must be hard to guess. */
const SALT = '@molecule/temporal payload encryption 1';
const deriveBytes = promisify<string, string, number, Buffer>(scrypt);

/** @throws {EncryptionKeyError} `ENCRYPTION_KEY_INVALID` for a secret that is too short */
export function checkSecrets(secrets: readonly string[]): void {
  const short = secrets.findIndex((secret) => secret.length < SHORTEST_SECRET);
  if (short === -1) return;
  throw new EncryptionKeyError(
    'ENCRYPTION_KEY_INVALID',
    `Encryption key ${short + 1} of ${secrets.length} has ${secrets[short]?.length} characters, and must have at least ${SHORTEST_SECRET}. A good one comes from: openssl rand -base64 32`,
  );
}

/** 32 bytes by scrypt (N 16384, r 8, p 1). The id is the start of the SHA-256 of the derived key. */
export async function deriveKeys(secrets: readonly string[]): Promise<EncryptionKey[]> {
  checkSecrets(secrets);
  return Promise.all(
    secrets.map(async (secret) => {
      const bytes = await deriveBytes(secret, SALT, KEY_BYTES);
      return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes };
    }),
  );
}
