import type { InputAnswer } from '@molecule/adapters';
import type { PendingInput, PendingRequest } from './turn-result.js';

/** All that a question asks for, in order. */
export function askedIn({ requestId, request, choices, requests }: PendingInput): readonly PendingRequest[] {
  return requests ?? [{ requestId, request, prompt: '', choices }];
}

/** What of it is not answered. */
export function openIn(pending: PendingInput): readonly PendingRequest[] {
  const { answers = [] } = pending;
  return askedIn(pending).filter(({ requestId }) => !answers.some((answer) => answer.requestId === requestId));
}

/** When the first of its open requests expires, in milliseconds since 1970; undefined: none does. */
export function expiryOf(pending: PendingInput): number | undefined {
  const times = openIn(pending).flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [Date.parse(expiresAt)]));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The question with further answers. */
export function withAnswers(pending: PendingInput, given: readonly InputAnswer[]): PendingInput {
  const answers = [...(pending.answers ?? []), ...given];
  const requests = askedIn(pending);
  return pendingInput(requests, answers) ?? { ...pending, requests, answers };
}

/** The question as it is stored. Undefined: everything is answered. */
export function pendingInput(
  requests: readonly PendingRequest[],
  answers: readonly InputAnswer[] = [],
): PendingInput | undefined {
  const [first] = requests.filter(({ requestId }) => !answers.some((answer) => answer.requestId === requestId));
  if (!first) return undefined;
  const { requestId, request, choices = [] } = first;
  return { requestId, request, choices, requests, ...(answers.length > 0 && { answers }) };
}
