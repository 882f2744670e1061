import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';

/** How a caller wants a turn to be run. */
export interface RunControls {
  /** Aborts the turn; its reason is an {@link AbortReason}. */
  readonly signal?: AbortSignal;
  /** True: no caller needs the outcome, so a turn that another living process runs is left to it. Default: its end is waited for. */
  readonly onlyHere?: boolean;
  /** True if Temporal has the turn and starts it elsewhere should this process die. */
  readonly durable: boolean;
  /** The task as the caller has just written or read it. A stale one only costs another read. */
  readonly head?: TaskHead;
  /** Of a turn that was claimed with its acceptance; `head` is then its record. */
  readonly writer?: TaskWriter | undefined;
}
