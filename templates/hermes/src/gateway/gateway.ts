import type { HermesEndpoint } from '../api/endpoint.js';

/** The Hermes that the engine talks to: one of our own, or one that runs elsewhere. */
export interface Gateway {
  /** True when this process started it or took it over, and so ends it, too. */
  readonly owned: boolean;
  /**
   * Where it answers. Waits for a start or restart that is under way. Throws `EngineError` `unavailable` when it is not
   * up and does not come up.
   */
  endpoint(): Promise<HermesEndpoint>;
  /** Ends it when it is our own. */
  stop(): Promise<void>;
}
