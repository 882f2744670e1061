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
   * Waits until there is one again after a call has found nobody at `endpoint`, a minute at most. It never rejects: the
   * next call tells what there is.
   */
  recovered(endpoint: HermesEndpoint): Promise<void>;
  /** Ends it when it is our own, and nobody else uses it. */
  stop(): Promise<void>;
}
