import type { TurnSummary } from './turn-body.js';

/** `durable`: Temporal has the turn. `direct`: it ran in this process only, because Temporal was not available. */
export type RunMode = 'durable' | 'direct';

/** What became of a turn that was given to `TemporalWorkflowWrapper.run`. */
export type RunOutcome =
  /** The turn has ended. */
  | { readonly kind: 'ended'; readonly mode: RunMode; readonly result: TurnSummary }
  /** This process stops, and another one resumes the turn. */
  | { readonly kind: 'handed-over'; readonly mode: RunMode }
  /** The turn was refused before anything was started; the body has not run. */
  | { readonly kind: 'refused'; readonly code: 'TASK_INPUT_TOO_LARGE'; readonly message: string };
