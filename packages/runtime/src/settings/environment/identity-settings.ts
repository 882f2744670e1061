import type { Scopes } from './scopes.js';

/** Tokens of OpenID Connect that the agent accepts, and what it reads of them. */
export interface OidcSettings {
  /** Exactly as the issuers write themselves into their tokens. */
  readonly issuers: readonly string[];
  /** Every audience of a token must be one of these. */
  readonly audiences: readonly string[];
  /** The claim that names the owner, by its name or its path. */
  readonly ownerClaim: string;
  /** The claims that hold scopes. */
  readonly scopeClaims: readonly string[];
  /** What stands before our scopes in these claims; empty: nothing. */
  readonly scopePrefix: string;
  /** The scopes of a token that names none of ours. */
  readonly defaultScopes: Scopes;
}

/** Files for HTTPS. Absolute. */
export interface TlsFiles {
  /** The server's certificate, and those between it and its authority. PEM. */
  readonly cert: string;
  /** Its key, not encrypted. PEM. */
  readonly key: string;
  /** The authorities that sign the certificates of clients. PEM. Absent: clients are not asked for one. */
  readonly clientCa?: string | undefined;
}

/** What names a client in its certificate: the whole subject, its common name, or the only alternative name of a kind. */
export type CertificateName = 'subject' | 'cn' | 'uri' | 'dns' | 'email';

/** What the certificates of clients mean. */
export interface ClientCertificateSettings {
  readonly owner: CertificateName;
  readonly scopes: Scopes;
}
