import type { X509Certificate } from 'node:crypto';

/** What a request brings to say who sends it. Every transport makes it; nothing of HTTP is in it. */
export interface Credentials {
  /** The value of a header or of metadata, by its name in lower case; of several values, the first one. */
  readonly header: (name: string) => string | undefined;
  /** The client's certificate; undefined if the connection has none. */
  readonly certificate?: ClientCertificate | undefined;
  /** Where the request came from, for the log. */
  readonly address?: string | undefined;
}

/** A certificate that a client showed when it connected. */
export interface ClientCertificate {
  readonly shown: X509Certificate;
  /** Why TLS does not trust it; undefined if it is signed by a configured authority, and valid now. */
  readonly untrusted?: string | undefined;
}
