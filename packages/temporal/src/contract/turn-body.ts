import type { JsonValue } from '@molecule/adapters';
import type { TurnInput } from './turn-input.js';

/** How a turn ended, as Temporal's history keeps it. An agent's failure is a result too. */
export interface TurnSummary {
  readonly finalText: string;
  readonly success: boolean;
  /** Set if `success` is false; fit for the caller. */
  readonly error?: string;
}

/** What a body gets besides the input. */
export interface BodyControls {
  /** Aborted on cancel, at the deadline, on shutdown, or if the turn is lost; `reason` is an `AbortReason`. */
  readonly signal: AbortSignal;
  /** True if Temporal has the turn and starts it again should this process die. */
  readonly durable: boolean;
  /** What the attempt before passed to {@link BodyControls.heartbeat} last. */
  readonly checkpoint?: JsonValue;
  /** Call it with each new checkpoint. Cheap: the last one reaches Temporal within about a second. */
  heartbeat(checkpoint: JsonValue): void;
}

/** How a durable turn ended for which no run of the body gave a result. */
export interface TurnConclusion {
  /** `canceled` on request; `deadline` by a timeout of the activity; `failed` after too many lost attempts. */
  readonly code: 'canceled' | 'deadline' | 'failed';
  readonly message: string;
}

/** What is executed durably; this package makes no other assumption about it. */
export interface TurnBody {
  /**
   * Runs the turn, joins it if it runs in this process, or returns the stored result if it has ended. An agent's error is a
   * result (`success: false`). The body must end a turn that takes too long, because Temporal does not. It rejects with
   * `TurnHandedOverError` only if the process is stopping and another one resumes the turn; after any other rejection Temporal
   * starts another attempt.
   */
  run(input: TurnInput, controls: BodyControls): Promise<TurnSummary>;
  /**
   * True if by the body's own record a living process certainly runs the turn. Temporal takes such a turn away when it misses
   * heartbeats, and gives it up when that happens too often. Neither then stops the turn; only a cancel, a pause or a reset
   * does. Left out: Temporal decides.
   */
  holds?(input: TurnInput): Promise<boolean>;
  /**
   * Called when a durable turn has ended and no run of the body gave a result: it was canceled while no process ran it, or all
   * of its attempts were lost. Stores the terminal state unless there is one. It may be called more than once and in any process
   * of the workspace; after a rejection it is called again. Left out: nothing is stored for such a turn.
   */
  conclude?(input: TurnInput, conclusion: TurnConclusion): Promise<void>;
  /** Ids of the tasks with an unfinished turn, by the body's own record. Recovery at boot also lists them in Temporal, whose index lags. */
  unfinished?(): Promise<readonly string[]>;
}
