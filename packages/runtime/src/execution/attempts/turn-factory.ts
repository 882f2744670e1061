import type { AnswerTurn, ContinueTurn, JsonValue, MessageTurn, Turn } from '@molecule/adapters';
import { engineContext } from '../../tasks/engine-context.js';
import type { TurnRecord } from '../../tasks/log/records.js';
import type { TurnInput } from '../../tasks/turn-input.js';
import type { PendingInput } from '../../tasks/turn-result.js';

/** The turn for the engine: the original turn on the first attempt, `continue` on every later one. */
export function makeTurn(record: TurnRecord, attempt: number, checkpoint: JsonValue | undefined): Turn {
  const original = makeOriginalTurn(record, attempt, checkpoint);
  return attempt === 1 ? original : continuationOf(original);
}

/** The turn of the first attempt. */
export function makeOriginalTurn(
  record: TurnRecord,
  attempt: number,
  checkpoint: JsonValue | undefined,
): MessageTurn | AnswerTurn {
  const { input, pending } = record;
  const identity = {
    taskId: input.taskId,
    contextId: engineContext(record.owner, input.contextId),
    owner: record.owner,
    // Set by `withWorkDirs`, around the engine.
    workDir: '',
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
  const { taskId, contextId, owner, workDir, messageId, metadata, attempt, checkpoint } = original;
  return {
    kind: 'continue',
    taskId,
    contextId,
    owner,
    workDir,
    messageId,
    metadata,
    attempt,
    ...(checkpoint !== undefined && { checkpoint }),
    original,
  };
}

/** The choice that an answer names: by a data part `{choice: id}`, or by a text equal to its id or label. */
function matchChoice(input: TurnInput, pending: PendingInput): string | undefined {
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
