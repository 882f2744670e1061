/** Where a Hermes API server answers, and the key it asks for. */
export interface HermesEndpoint {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
}
