import type { RecordedRequest } from '@molecule/adapters/testing';
import { type LedgerLine, readLedger } from '../ledger.ts';
import type { Scene } from './moments.ts';
import type { Pair } from './pair.ts';

/** With this key the engine of the second replica asks its model, so that the model knows who asks. */
export const SECOND_KEY = 'scripted-second';

/** What engines did in the conversations of a scene: what they wrote into the ledger, or asked the model. */
export function workIn(pair: Pair, { conversations }: Scene, struck: number): readonly LedgerLine[] {
  const { ledger, model } = pair.subject;
  if (ledger !== undefined) {
    const contexts = new Set(conversations.map(({ sender }) => sender.contextId));
    return readLedger(ledger).filter(({ contextId }) => contexts.has(contextId));
  }
  const [conversation] = conversations;
  if (!model || !conversation) return [];
  // What was said before is part of each request.
  const marks = conversations.map(({ messageId }) => messageId);
  return model.requests
    .filter(({ step, body }) => step !== undefined && marks.some((mark) => JSON.stringify(body).includes(mark)))
    .flatMap((request, index) => {
      const pid = isOfSecond(request) ? pair.second.pid : struck;
      const line = { pid, contextId: conversation.messageId, messageId: `request ${index}`, attempt: 1 };
      const end = request.ended === undefined ? [] : [{ ...line, event: 'end' as const, at: request.ended }];
      return [{ ...line, event: 'begin' as const, at: request.at }, ...end];
    })
    .sort((one, other) => one.at - other.at);
}

function isOfSecond({ headers }: RecordedRequest): boolean {
  return `${headers['x-api-key']} ${headers.authorization}`.includes(SECOND_KEY);
}
