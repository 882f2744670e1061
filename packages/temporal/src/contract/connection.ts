/** How to speak with a Temporal server beyond its address. */
export interface TemporalConnection {
  /** `true` for plain TLS. Default: none. */
  readonly tls?: boolean | TemporalTls;
  /** Sent as a bearer token. */
  readonly apiKey?: string;
  /** Headers of each request. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** TLS with own certificates. All PEM. */
export interface TemporalTls {
  readonly serverNameOverride?: string;
  readonly serverRootCACertificate?: Buffer;
  readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
}
