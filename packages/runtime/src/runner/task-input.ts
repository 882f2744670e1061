import type { HistoryEntry, JsonObject, Part } from '@molecule/adapters';

/**
 * One turn of a task, complete: enough to run it from nothing, on another machine and after a crash. It is stored in the
 * task log before anything runs. `@molecule/temporal` calls the same shape `AgentTaskInput`.
 */
export interface TaskInput {
  readonly taskId: string;
  readonly contextId: string;
  readonly messageId: string;
  /** 1 for the message that made the task, one more for each answer. */
  readonly turn: number;
  /** The text parts, joined. */
  readonly userInput: string;
  readonly parts: readonly Part[];
  /** `provider:name`, as configured when the task was accepted. */
  readonly model: string;
  readonly workspaceId: string;
  readonly history: readonly HistoryEntry[];
  readonly metadata: JsonObject;
  /** W3C traceparent of the request, when there was one. */
  readonly traceparent?: string;
}
