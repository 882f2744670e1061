/** The keys with which the workspace signs: one signs now, and those before it still verify. */
export interface SigningKeysTable {
  /** The key's thumbprint (RFC 7638), which is its `kid`. */
  id: string;
  /** 1: it signs now. There is one such key. */
  active: number;
  /** Milliseconds since 1970. */
  created_at: number;
  /** Milliseconds since 1970; null while it signs. */
  retired_at: number | null;
  /** A public JWK. */
  public_key: string;
  /** The private JWK; null once another key signs. */
  private_key: string | null;
}

export interface KeysSchema {
  signing_keys: SigningKeysTable;
}
