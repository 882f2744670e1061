import type { AnswerTurn, ContinueTurn, JsonValue, MessageTurn, Turn } from '@molecule/adapters';
import type { TaskRecord } from '../task-log/records.js';
import { engineContext } from './engine-context.js';
import type { TaskInput } from './task-input.js';
import type { PendingInput } from './turn-result.js';

/** What the engine is asked for: the original turn on the first attempt, `continue` on every later one. */
export function makeTurn(record: TaskRecord, attempt: number, checkpoint: JsonValue | undefined): Turn {
  const original = makeOriginalTurn(record, attempt, checkpoint);
  return attempt === 1 ? original : continuationOf(original);
}

/** The turn as it was first asked for. */
export function makeOriginalTurn(
  record: TaskRecord,
  attempt: number,
  checkpoint: JsonValue | undefined,
): MessageTurn | AnswerTurn {
  const { input, pending } = record;
  const identity = {
    taskId: input.taskId,
    contextId: engineContext(record.owner, input.contextId),
    messageId: input.messageId,
    metadata: input.metadata,
    attempt,
    ...(checkpoint !== undefined && { checkpoint }),
  };
  if (input.turn > 1 && pending) {
    const choice = matchChoice(input, pending);
    return {
      ...identity,
      kind: 'answer',
      requestId: pending.requestId,
      text: input.userInput,
      parts: input.parts,
      ...(choice !== undefined && { choice }),
    };
  }
  return { ...identity, kind: 'message', text: input.userInput, parts: input.parts, history: input.history };
}

function continuationOf(original: MessageTurn | AnswerTurn): ContinueTurn {
  const { taskId, contextId, messageId, metadata, attempt, checkpoint } = original;
  return {
    kind: 'continue',
    taskId,
    contextId,
    messageId,
    metadata,
    attempt,
    ...(checkpoint !== undefined && { checkpoint }),
    original,
  };
}

/** The choice that an answer names: by a data part `{choice: id}`, or by text equal to its id or label. */
function matchChoice(input: TaskInput, pending: PendingInput): string | undefined {
  const { choices } = pending;
  for (const part of input.parts) {
    if (part.kind !== 'data' || typeof part.data !== 'object' || part.data === null || Array.isArray(part.data))
      continue;
    const named = (part.data as { readonly choice?: JsonValue }).choice;
    if (choices.some(({ id }) => id === named)) return named as string;
  }
  const said = input.userInput.trim().toLowerCase();
  return choices.find(({ id, label }) => id.toLowerCase() === said || label.toLowerCase() === said)?.id;
}
