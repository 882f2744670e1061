import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Database } from '../storage/database.js';
import { CALLER, type Patience } from '../storage/storage-gate.js';
import type { KeysSchema, SigningKeysTable } from './keys-schema.js';

/** A key as it is stored. */
export interface StoredKey {
  readonly id: string;
  readonly createdAt: number;
  /** Undefined while it signs. */
  readonly retiredAt: number | undefined;
  /** A public JWK, as JSON. */
  readonly publicKey: string;
  /** The private JWK as JSON; undefined once another key signs. */
  readonly privateKey: string | undefined;
}

/** A key that is to sign. */
export type NewKey = Required<Pick<StoredKey, 'id' | 'createdAt' | 'publicKey'>> & { readonly privateKey: string };

/** The signing keys of a workspace, which all of its processes share. */
export class KeyStore {
  readonly #database: Database<KeysSchema>;

  constructor(database: Database<KeysSchema>) {
    this.#database = database;
  }

  /** All keys, the newest first. */
  async all(patience: Patience = CALLER): Promise<readonly StoredKey[]> {
    const rows = await this.#database.read(
      (database) => database.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').execute(),
      patience,
    );
    return rows.map(toKey);
  }

  /** Stores a key that signs, unless there is one. */
  async addFirst(key: NewKey): Promise<void> {
    await this.#database.write((database) => insert(database, key).execute(), CALLER);
  }

  /** From now on this key signs. The one before loses its private part, and the public ones that retired before a time are deleted. */
  async replace(key: NewKey, retiredBefore: number): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction
        .updateTable('signing_keys')
        .set({ active: 0, retired_at: key.createdAt, private_key: null })
        .where('active', '=', 1)
        .execute();
      await transaction.deleteFrom('signing_keys').where('retired_at', '<', retiredBefore).execute();
      await insert(transaction, key).execute();
    }, CALLER);
  }
}

/** If two processes add a key at the same time, the first one counts: an index allows one that signs. */
function insert(database: Pick<Transaction<KeysSchema>, 'insertInto'>, key: NewKey) {
  const row: Insertable<SigningKeysTable> = {
    id: key.id,
    active: 1,
    created_at: key.createdAt,
    retired_at: null,
    public_key: key.publicKey,
    private_key: key.privateKey,
  };
  return database
    .insertInto('signing_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing());
}

function toKey(row: Selectable<SigningKeysTable>): StoredKey {
  return {
    id: row.id,
    createdAt: row.created_at,
    retiredAt: row.retired_at ?? undefined,
    publicKey: row.public_key,
    privateKey: row.private_key ?? undefined,
  };
}
