import type { JsonObject, JsonValue } from '@molecule/adapters';
import { isObject } from '../../support/is-object.js';
import { malformed } from '../../tasks/a2a-errors.js';
import type { PendingRequest } from '../../tasks/turn-result.js';
import type { NamedAnswer } from './named-answer.js';

/** The answers of a response of the extension hitl/v1; what does not fit is left out. */
export function hitlAnswers(payload: JsonObject, open: readonly PendingRequest[]): readonly NamedAnswer[] {
  if (payload['type'] === 'tool_approval_response') {
    return objects(payload['approvals']).flatMap(({ id, approved, rejection_reason: reason }) =>
      typeof id === 'string' && typeof approved === 'boolean'
        ? [{ requestId: id, approved, ...(reason && { text: reason }) }]
        : [],
    );
  }
  const ids = idsOf(open, 'question');
  return objects(payload['answers']).flatMap(({ answer }, index) => {
    const requestId = ids[index];
    return requestId !== undefined && isTexts(answer) ? [{ requestId, text: answer.join(', ') }] : [];
  });
}

/**
 * Checks that a response answers everything that its request asked.
 *
 * @throws {A2AError} `HITL_RESPONSE_INVALID`
 */
export function checkHitl(payload: JsonObject, open: readonly PendingRequest[]): void {
  switch (payload['type']) {
    case 'tool_approval_response':
      checkApprovals(payload['approvals'], idsOf(open, 'approval'));
      break;
    case 'ask_user_response':
      checkReplies(payload, idsOf(open, 'question'));
      break;
    default:
      throw invalid('its type must be tool_approval_response or ask_user_response');
  }
}

function checkApprovals(approvals: JsonValue | undefined, ids: readonly string[]): void {
  const decided = objects(approvals);
  const named = decided.map(({ id }) => id);
  // A call that is left out must never count as approved.
  if (ids.length === 0 || named.length !== ids.length || !ids.every((id) => named.includes(id))) {
    throw invalid(`approvals must name each open call exactly once: ${ids.join(', ') || 'there is none'}`);
  }
  const unclear = decided.find(({ approved }) => typeof approved !== 'boolean');
  if (unclear) throw invalid(`approved of ${String(unclear['id'])} must be true or false`);
}

function checkReplies({ id, answers }: JsonObject, ids: readonly string[]): void {
  if (ids[0] === undefined || id !== ids[0])
    throw invalid(`id must be ${ids[0] ?? 'that of a question, and none is open'}`);
  const given = objects(answers);
  if (given.length !== ids.length) {
    throw invalid(`answers must have ${ids.length} entries, in the order of the questions`);
  }
  if (!given.every(({ answer }) => isTexts(answer))) throw invalid('each answer must be a list of texts');
}

function idsOf(open: readonly PendingRequest[], kind: PendingRequest['request']): readonly string[] {
  return open.filter(({ request }) => request === kind).map(({ requestId }) => requestId);
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value)
    ? (value as readonly JsonValue[]).filter((item): item is JsonObject => isObject(item))
    : [];
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}

function invalid(problem: string): Error {
  return malformed('HITL_RESPONSE_INVALID', `The response of the extension hitl/v1 does not fit: ${problem}.`);
}
