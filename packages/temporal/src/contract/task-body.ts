import type { JsonValue } from '@molecule/adapters';
import type { AgentTaskInput } from './agent-task-input.js';

/** How a turn ended. An agent's failure is a result too. */
export interface LlmResult {
  readonly finalText: string;
  readonly success: boolean;
  /** Set when `success` is false; fit for the caller. */
  readonly error?: string;
}

/** How a body is steered while it runs a turn. */
export interface BodyControls {
  /** Aborted on cancel, at the deadline, on shutdown or when the turn is lost; `reason` is an `AbortReason`. */
  readonly signal: AbortSignal;
  /** True: Temporal has the turn, and brings it back when this process dies. */
  readonly durable: boolean;
  /** What the attempt before handed to {@link BodyControls.heartbeat} last. */
  readonly checkpoint?: JsonValue;
  /** To be called whenever there is a new checkpoint. Cheap; the last one reaches Temporal within about a second. */
  heartbeat(checkpoint: JsonValue): void;
}

/** How a durable turn ended when no run of the body gave its result. */
export interface TurnEnding {
  /** `canceled` on request; `deadline` by a timeout of the activity; `failed` when the attempts ran out. */
  readonly code: 'canceled' | 'deadline' | 'failed';
  readonly message: string;
}

/** What is executed durably. This package knows nothing else of it. */
export interface TaskBody {
  /**
   * Runs the turn, or joins it when it runs in this process, or returns the stored result when it is over. An agent's
   * error is a result (`success: false`). Ends a turn that takes too long itself: Temporal bounds none. Rejects with
   * `TurnHandedOver` only when the process is stopping and another is to go on; any other rejection makes Temporal try
   * the turn again.
   */
  run(input: AgentTaskInput, controls: BodyControls): Promise<LlmResult>;
  /**
   * Whether the turn is certainly a living process's own, by the body's own record. Temporal takes such a turn away when
   * heartbeats did not reach it, and gives it up when that happened too often; neither is then a reason to stop it, and
   * only a cancel, a pause or a reset is. Left out: Temporal's word counts.
   */
  holds?(input: AgentTaskInput): Promise<boolean>;
  /**
   * Called once a durable turn is over that no run of the body gave a result for: it was canceled while no process ran
   * it, or all of its attempts were lost. Stores the terminal state unless there is one. May be called more than once
   * and in any process of the workspace; a rejection is tried again. Left out: nothing is stored for such a turn.
   */
  conclude?(input: AgentTaskInput, ending: TurnEnding): Promise<void>;
}
