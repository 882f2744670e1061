import type { InputAnswer, JsonObject, JsonValue, Part } from '@molecule/adapters';
import { isObject } from '../../support/is-object.js';
import type { PendingRequest } from '../../tasks/turn-result.js';
import { hitlAnswers } from './hitl-answers.js';
import type { NamedAnswer } from './named-answer.js';

/** A message that answers requests. */
export interface AnsweringMessage {
  readonly messageId: string;
  /** Its text parts, joined. */
  readonly text: string;
  readonly parts: readonly Part[];
  /** What it says in the extension hitl/v1. */
  readonly hitl?: JsonObject | undefined;
}

/**
 * The answers that a message gives. A data part `{requestId, choice | text | data | approved}` answers the request that it names, and
 * `{answers: [...]}` several of them. A message that names no request answers the first one; `checkAnswer` has refused those that name
 * only others.
 *
 * @param open the requests that are not answered yet, in order
 */
export function answersIn(message: AnsweringMessage, open: readonly PendingRequest[]): readonly InputAnswer[] {
  const [first] = open;
  if (!first) return [];
  const named = message.hitl ? hitlAnswers(message.hitl, open) : namedIn(message.parts);
  const found = open.flatMap((request) => {
    const answer = named.findLast(({ requestId }) => requestId === request.requestId);
    return answer ? [namedAnswer(message, request, answer, named.length === 1)] : [];
  });
  return found.length > 0 ? found : [plainAnswer(message, first)];
}

/** The ids of the requests that a message names. */
export function namedRequests(parts: readonly Part[]): readonly string[] {
  return namedIn(parts).map(({ requestId }) => requestId);
}

function namedIn(parts: readonly Part[]): readonly NamedAnswer[] {
  return parts.flatMap((part) => {
    if (part.kind !== 'data' || !isObject(part.data)) return [];
    const { answers } = part.data;
    return Array.isArray(answers)
      ? (answers as readonly JsonValue[]).filter(isNamed)
      : isNamed(part.data)
        ? [part.data]
        : [];
  });
}

/** @param isAlone the message answers nothing else, so its text belongs to this answer */
function namedAnswer(
  message: AnsweringMessage,
  request: PendingRequest,
  { choice, text, data, approved }: NamedAnswer,
  isAlone: boolean,
): InputAnswer {
  const word = approved === true ? 'Approve' : approved === false ? 'Reject' : '';
  const said = typeof text === 'string' ? text : isAlone && word === '' ? message.text : word;
  return answer(message, request, { said, named: choice ?? decided(request, approved), data });
}

/** The choice that allows, or the one that refuses. */
function decided({ choices = [] }: PendingRequest, approved: JsonValue | undefined): string | undefined {
  if (typeof approved !== 'boolean') return undefined;
  return choices.find(({ means }) => means === (approved ? 'approve' : 'reject'))?.id;
}

function plainAnswer(message: AnsweringMessage, request: PendingRequest): InputAnswer {
  const values = message.parts.flatMap((part) => (part.kind === 'data' ? [part.data] : []));
  const choosing = values.find((value): value is JsonObject => isObject(value) && isChoice(request, value['choice']));
  const data = values.find((value) => value !== choosing);
  return answer(message, request, { said: message.text, named: choosing?.['choice'], data });
}

function answer(
  { messageId, parts }: AnsweringMessage,
  request: PendingRequest,
  {
    said,
    named,
    data,
  }: { readonly said: string; readonly named: JsonValue | undefined; readonly data: JsonValue | undefined },
): InputAnswer {
  const choice = isChoice(request, named) ? named : choiceSaid(request, said);
  return {
    requestId: request.requestId,
    messageId,
    text: said,
    ...(choice !== undefined && { choice }),
    ...(data !== undefined && { data }),
    parts,
  };
}

function isChoice({ choices = [] }: PendingRequest, named: JsonValue | undefined): named is string {
  return choices.some(({ id }) => id === named);
}

/** The choice whose id or label is the text. */
function choiceSaid({ choices = [] }: PendingRequest, text: string): string | undefined {
  const said = text.trim().toLowerCase();
  return choices.find(({ id, label }) => id.toLowerCase() === said || label.toLowerCase() === said)?.id;
}

function isNamed(value: JsonValue): value is JsonObject & NamedAnswer {
  return isObject(value) && typeof value['requestId'] === 'string';
}
