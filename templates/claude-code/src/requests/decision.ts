import type { AnswerTurn } from '@molecule/adapters';
import type { Decision } from '../permissions/turn-scope.js';
import type { PendingCall } from '../sessions/transcript-entry.js';
import { isQuestion, questionId, questionsOf } from './question.js';
import { ALLOW } from './request-event.js';

/** What the answer of a turn says. */
type Given = Pick<AnswerTurn, 'text' | 'choice' | 'parts'> & Partial<Pick<AnswerTurn, 'requestId' | 'answers'>>;

const YES = /^\s*(?:y|yes|ok|okay|allow|allowed|approve|approved)[\s.!]*$/i;

/** What refuses without a reason. */
const BARE_NO = /^(?:deny|reject|rejected|no)[\s.!]*$/i;

/** What the answer means for the call that waits. Anything that is not clearly a yes does not run the call. */
export function decisionFrom(turn: Given, call: PendingCall): Decision {
  if (isQuestion(call)) return { kind: 'allow', updatedInput: { ...call.input, answers: answersFrom(turn, call) } };
  if (turn.choice === ALLOW || (turn.choice === undefined && YES.test(turn.text))) return { kind: 'allow' };
  const said = turn.text.trim();
  // With the choice a client sends its name, or why.
  const hasReason = said !== '' && !BARE_NO.test(said);
  return {
    kind: 'deny',
    reason: hasReason ? `The person did not allow it, and said: ${said}` : 'The person did not allow it.',
  };
}

/**
 * Each question has an answer of its own; what a data part says to a question by its text goes before. A runtime that knows one request only
 * gives one answer, which then answers all questions.
 */
function answersFrom(turn: Given, call: PendingCall): Record<string, string> {
  const given = Object.assign({}, ...turn.parts.map((part) => (part.kind === 'data' ? asObject(part.data) : {})));
  return Object.fromEntries(
    questionsOf(call).map(({ question }, index) => {
      const id = questionId(turn.requestId ?? '', index);
      const answer = turn.answers?.find(({ requestId }) => requestId === id) ?? turn;
      return [question, typeof given[question] === 'string' ? given[question] : said(answer)];
    }),
  );
}

/** The choice or the text of an answer, and its files. */
function said({ text, choice, parts }: Pick<AnswerTurn, 'text' | 'choice' | 'parts'>): string {
  const files = parts.flatMap((part) => (part.kind === 'file' ? [`(file: ${part.path ?? part.url})`] : []));
  return [choice ?? text, ...files].join('\n');
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
