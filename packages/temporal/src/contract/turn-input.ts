import type { HistoryEntry, JsonObject, Part, TurnRequest } from '@molecule/adapters';

/** Input of one turn of a task: enough to run the turn from nothing, in another process. Plain JSON. */
export interface TurnInput {
  readonly taskId: string;
  readonly contextId: string;
  /** The message that began this turn. */
  readonly messageId: string;
  /** Number of the turn in its task: 1, 2, ... The answer to an `input-required` is the next turn. */
  readonly turn: number;
  /** The text parts, joined. */
  readonly userInput: string;
  readonly parts: readonly Part[];
  /** `provider:name`, as configured when the task was accepted. */
  readonly model: string;
  readonly workspaceId: string;
  /** Earlier messages that the caller sent along. */
  readonly history: readonly HistoryEntry[];
  readonly metadata: JsonObject;
  /** What the request says besides the message. Absent if an older version has accepted it. */
  readonly request?: TurnRequest;
  /** Set if `userInput`, `parts`, `history`, `metadata` and `request` are too large for a workflow's history: they are in the task store. */
  readonly reference?: string;
  /** W3C traceparent of the request; a turn that another process resumes stays in the same trace. */
  readonly traceparent?: string;
  /**
   * Who gets the answer if its sender does not receive it. `proxy`: the person, since a platform's proxy may stop waiting. `person`: the person,
   * since the agent has sent the message itself. `polled`: the person, and `peer:<id>`: another workspace, since the agent has fetched the
   * message. Absent: no one, since the sender can ask for it.
   */
  readonly answerTo?: 'proxy' | 'person' | 'polled' | `peer:${string}`;
}
