import type { HermesEndpoint } from '../api/endpoint.js';

/** The Hermes that the engine talks to: one of our own, or one that runs elsewhere. */
export interface Gateway {
  /** True when this workspace alone uses it. */
  readonly owned: boolean;
  /**
   * Where it answers. Waits for a start or restart that is under way. Throws `EngineError` `unavailable` when it is not
   * up and does not come up.
   */
  endpoint(): Promise<HermesEndpoint>;
  /**
   * Waits, for at most a minute, until Hermes is reachable again after a call could not connect to `endpoint`. It never
   * rejects: the next call shows the result.
   */
  recovered(endpoint: HermesEndpoint): Promise<void>;
  /** Stops it if this process started it and no other process uses it. */
  stop(): Promise<void>;
}
