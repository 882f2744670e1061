import type { HistoryEntry, JsonObject, Part } from '@molecule/adapters';

/**
 * All that crosses into Temporal for one turn of a task; enough to run the turn again from nothing, in another process.
 * Plain JSON.
 */
export interface AgentTaskInput {
  readonly taskId: string;
  readonly contextId: string;
  /** The message that began this turn. */
  readonly messageId: string;
  /** Which turn of the task: 1, 2, ... The answer to an `input-required` is the next turn. */
  readonly turn: number;
  readonly userInput: string;
  readonly parts: readonly Part[];
  readonly model: string;
  readonly workspaceId: string;
  /** Earlier messages that the caller sent along. */
  readonly history: readonly HistoryEntry[];
  readonly metadata: JsonObject;
  /** Set when `userInput` and `parts` were too large for a workflow's history and lie in the task store instead. */
  readonly reference?: string;
  /** W3C trace context of the request, so that a turn that is taken over stays in its trace. */
  readonly traceparent?: string;
}
