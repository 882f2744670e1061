import type { TaskFailureCode } from '../../support/error-codes.js';
import type { TaskHead } from '../../tasks/log/records.js';

/**
 * How long a durable turn without a process waits for Temporal before it counts as a direct one. Counted from when it was found;
 * Temporal itself ends no turn.
 */
const TEMPORAL_GONE_MS = 30 * 60_000;
/** How long a direct turn without a process waits for Temporal if the workspace wants it, counted in the same way. */
const TEMPORAL_AWAITED_MS = 10_000;
/**
 * A turn with this many attempts ends its process each time, and must end itself: ten starts of a process with three attempts
 * each. Many deploys in a row stay far below.
 */
const MOST_ATTEMPTS = 30;

/** How a task fails that cannot be recovered. */
export interface Failure {
  readonly code: TaskFailureCode;
  readonly message: string;
}

/** What to do with an unfinished turn without a process: run it, wait for Temporal, or fail it. */
type Verdict = 'run' | 'wait' | Failure;

export const INTERRUPTED: Failure = {
  code: 'INTERRUPTED_BY_RESTART',
  message:
    'The server was restarted while the agent was working on this task. Send the message again if it should be done.',
};
const LOST: Failure = {
  code: 'TURN_LOST',
  message: 'The server died again and again while the agent was working on this task.',
};

/** Whether turns are durable. */
export interface DurabilityView {
  /** True while turns go to Temporal. */
  isDurable(): boolean;
  /** True if the workspace wants Temporal, connected or not. */
  readonly wantsDurable: boolean;
}

/** @param waitedMs since the turn was found without a process; when that process ended does not matter */
export function judge(
  { attempt, durable, runner }: TaskHead,
  execution: DurabilityView,
  { repeatableTurns, waitedMs }: { readonly repeatableTurns: boolean; readonly waitedMs: number },
): Verdict {
  if (attempt >= MOST_ATTEMPTS) return LOST;
  if (attempt === 0 || repeatableTurns) return 'run';
  // In a durable workspace any turn runs again after a crash, also one that ran directly during an outage.
  if (execution.isDurable()) return 'run';
  if (!execution.wantsDurable) return INTERRUPTED;
  // A process that stops has released it for others, after the end of its engine.
  if (runner === undefined) return 'run';
  return waitedMs < (durable ? TEMPORAL_GONE_MS : TEMPORAL_AWAITED_MS) ? 'wait' : INTERRUPTED;
}
