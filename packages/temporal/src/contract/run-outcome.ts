import type { LlmResult } from './task-body.js';

/** What became of a turn that was handed to `TemporalWorkflowWrapper.run`. */
export interface RunOutcome {
  /** `durable`: Temporal has the turn. `direct`: it ran in this process only, because Temporal was not available. */
  readonly mode: 'durable' | 'direct';
  readonly result: LlmResult;
  /** True when this process stops and another one goes on with the turn: `result` is not the turn's result. */
  readonly handedOver?: true;
  /** Set when the turn was refused before anything was started; the body has not run. */
  readonly refused?: 'TASK_INPUT_TOO_LARGE';
}
