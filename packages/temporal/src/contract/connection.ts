/** Which Temporal server to use, and how to reach it. {@link readTemporalEnvironment} makes it from environment variables. */
export interface TemporalServer {
  /** `host:port`. Default `localhost:7233`. */
  readonly host?: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** TLS, API key and headers. Default: none. */
  readonly connection?: TemporalConnection;
  /**
   * Secrets of at least 16 characters. Payloads in Temporal's histories are encrypted with the first; each can decrypt. To rotate:
   * put the new secret in front, and remove the old one after the retention time of the namespace. Default: no encryption.
   */
  readonly encryptionKeys?: readonly string[];
  /**
   * Makes the worker one of Temporal's worker versioning, with this build id, in a deployment that is named as the task queue. A workflow
   * moves to the deployment's current version at its next step. Default: no versioning; every worker gets every workflow.
   */
  readonly workerBuildId?: string;
  /** Address of Temporal's web interface, for {@link WrapperStatus}. */
  readonly uiUrl?: string;
}

/** How to connect to a Temporal server beyond its address. */
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
