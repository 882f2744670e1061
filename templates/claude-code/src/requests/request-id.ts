import { callDigest } from '../sessions/call-digest.js';
import { uuidFrom } from '../sessions/session-id.js';
import type { PendingCall } from '../sessions/transcript-entry.js';
import type { TurnRecord } from '../sessions/turn-record.js';

/**
 * The id of the request that the turn of a message puts to a person about a call; the same each time. The call's own id
 * would not do: a later call may have the same, and an answer to the one must not be taken for an answer to the other.
 */
function requestIdOf(messageId: string, call: PendingCall): string {
  return uuidFrom('request', messageId, call.id, callDigest(call));
}

/** The request that the record's call waits, or waited, for. */
export function openRequestOf({ requestId, call }: TurnRecord): string | undefined {
  return requestId ?? call?.id;
}

/** The record of a turn that ends with a request about the call. */
export function waitFor(call: PendingCall, record: TurnRecord): TurnRecord & { readonly requestId: string } {
  const { deferral: _, ...rest } = record;
  return { ...rest, state: 'waiting', call, requestId: requestIdOf(record.messageId, call) };
}
