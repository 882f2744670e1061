import type { McpEndpoint } from './context.js';
import type { JsonValue } from './json.js';
import type { TurnSteps } from './steps.js';
import type { TurnStore } from './store.js';

/** What the runtime gives an engine to control a turn. The durable steps need an adapter with `repeatableTurns`. */
export interface TurnControls extends TurnSteps {
  /**
   * Aborted if the turn must stop; `signal.reason` is an `AbortReason`. The engine stops its work and its child processes, and
   * yields nothing more. It may have been aborted before `runTurn` was called.
   */
  readonly signal: AbortSignal;
  /**
   * Saves a small state for the next attempt, which gets the latest one as `turn.checkpoint`. At most 64 KiB of JSON, because the state
   * is stored with the task each time. Returns at once; the state is stored shortly after.
   *
   * @throws {EngineError} `invalid-request` if the state is larger
   */
  checkpoint(state: JsonValue): void;
  /** The runtime's tools over MCP, for this turn only; absent if the runtime offers no tools. */
  readonly mcp?: McpEndpoint;
  /** What the engine stores of the turn's context; see also `AdapterContext.store`. Absent in runtimes that have no such store. */
  readonly store?: TurnStore;
}
