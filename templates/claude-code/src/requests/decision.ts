import type { AnswerTurn } from '@molecule/adapters';
import type { Decision } from '../permissions/turn-scope.js';
import type { PendingCall } from '../sessions/transcript-entry.js';
import { isQuestion, questionsOf } from './question.js';
import { ALLOW, DENY } from './request-event.js';

const YES = /^\s*(?:y|yes|ok|okay|allow|allowed|approve|approved)[\s.!]*$/i;

/** What the answer means for the call that waits. Anything that is not clearly a yes does not run the call. */
export function decisionFrom(turn: Pick<AnswerTurn, 'text' | 'choice' | 'parts'>, call: PendingCall): Decision {
  if (isQuestion(call)) return { kind: 'allow', updatedInput: { ...call.input, answers: answersFrom(turn, call) } };
  if (turn.choice === ALLOW || (turn.choice === undefined && YES.test(turn.text))) return { kind: 'allow' };
  const said = turn.text.trim();
  const hasReason = said !== '' && turn.choice !== DENY;
  return {
    kind: 'deny',
    reason: hasReason ? `The person did not allow it, and said: ${said}` : 'The person did not allow it.',
  };
}

/** A data part may answer each question by its text; the answer's text and files answer the remaining questions. */
function answersFrom(turn: Pick<AnswerTurn, 'text' | 'choice' | 'parts'>, call: PendingCall): Record<string, string> {
  const given = Object.assign({}, ...turn.parts.map((part) => (part.kind === 'data' ? asObject(part.data) : {})));
  const files = turn.parts.flatMap((part) => (part.kind === 'file' ? [`(file: ${part.path ?? part.url})`] : []));
  const otherwise = [turn.choice ?? turn.text, ...files].join('\n');
  return Object.fromEntries(
    questionsOf(call).map(({ question }) => [
      question,
      typeof given[question] === 'string' ? given[question] : otherwise,
    ]),
  );
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
