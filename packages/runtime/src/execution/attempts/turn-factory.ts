import {
  type AnswerTurn,
  type InputAnswer,
  identityOf,
  type JsonValue,
  type MessageTurn,
  type Turn,
  type TurnIdentity,
} from '@molecule/adapters';
import { engineContext } from '../../tasks/engine-context.js';
import { hitlIn } from '../../tasks/events/hitl-extension.js';
import type { TurnRecord } from '../../tasks/log/records.js';
import { askedIn, openIn } from '../../tasks/open-question.js';
import type { TurnInput } from '../../tasks/turn-input.js';
import type { PendingInput } from '../../tasks/turn-result.js';
import { answersIn } from '../answers/answers-in.js';

/** The turn for the engine: the original turn on the first attempt, `continue` on every later one, and of a turn that was put away. */
export function makeTurn(record: TurnRecord, attempt: number, checkpoint: JsonValue | undefined): Turn {
  const original = makeOriginalTurn(record, attempt, checkpoint);
  return attempt === 1 && !record.run ? original : { ...identityOf(original), kind: 'continue', original };
}

/** The turn of the first attempt. */
export function makeOriginalTurn(
  record: TurnRecord,
  attempt: number,
  checkpoint: JsonValue | undefined,
): MessageTurn | AnswerTurn {
  const { input, pending } = record.run ?? record;
  const identity = {
    taskId: input.taskId,
    contextId: engineContext(record.owner, input.contextId),
    owner: record.owner,
    // Set by `withWorkDirs`, around the engine.
    workDir: '',
    messageId: input.messageId,
    metadata: input.metadata,
    ...(input.request && { request: input.request }),
    attempt,
    ...(checkpoint !== undefined && { checkpoint }),
  };
  if (input.turn > 1 && pending) return { ...identity, kind: 'answer', ...answersTo(pending, input) };
  return { ...identity, kind: 'message', text: input.userInput, parts: input.parts, history: input.history };
}

/** The answers to the questions for which a turn was put away. */
export function answersToSteps({ run, pending, input }: TurnRecord): readonly InputAnswer[] {
  return run && pending ? (answersTo(pending, input).answers ?? []) : [];
}

/** The answers to all requests of a question: those that came before, and those of the message that began the turn. */
function answersTo(pending: PendingInput, input: TurnInput): Omit<AnswerTurn, 'kind' | keyof TurnIdentity> {
  const { messageId, userInput: text, parts, metadata, request } = input;
  const hitl = hitlIn({ metadata, extensions: request?.extensions ?? [] });
  const given = [...(pending.answers ?? []), ...answersIn({ messageId, text, parts, hitl }, openIn(pending))];
  const requests = askedIn(pending);
  const answers = requests.flatMap((request) => given.find(({ requestId }) => requestId === request.requestId) ?? []);
  const { messageId: _messageId, ...first } = answers[0] ?? { messageId, requestId: pending.requestId, text, parts };
  return { ...first, answers };
}
