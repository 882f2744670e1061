/** What a workflow must know of the settings. It is part of the history, so that a replay sees the same. */
export interface WorkflowPolicy {
  readonly startToCloseMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly maxAttempts: number;
}
