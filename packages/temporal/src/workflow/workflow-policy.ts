/** The settings that a workflow needs. They are part of the history, so that a replay gets the same ones. */
export interface WorkflowPolicy {
  readonly startToCloseMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly maxAttempts: number;
}
