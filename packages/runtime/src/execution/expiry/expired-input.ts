import type { TaskHead } from '../../tasks/log/records.js';
import type { TurnInput } from '../../tasks/turn-input.js';

/** The input of the turn that begins because no answer came in time. It holds nothing: the answers are with the question. */
export function expiredInput(
  { taskId, contextId, turn }: TaskHead,
  workspace: { readonly id: string; readonly model: string },
): TurnInput {
  return {
    taskId,
    contextId,
    messageId: `expired-${taskId}-${turn + 1}`,
    turn: turn + 1,
    userInput: '',
    parts: [],
    model: workspace.model,
    workspaceId: workspace.id,
    history: [],
    metadata: {},
  };
}
