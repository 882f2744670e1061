import type { JsonValue } from '@molecule/adapters';
import { isObject } from '../../support/is-object.js';
import type { DelegationEnding } from '../../tasks/team/delegation.js';

/** A task for a peer that the platform cannot call: the platform has no call for its answer. */
const HANDED_OVER: DelegationEnding = {
  state: 'completed',
  answer:
    'The task was handed over. The peer fetches its tasks from the platform, and sends its answer as a message of its own.',
};

/** The ending of a task that the platform keeps until its peer fetches it (`delivery_mode: poll`); undefined for any other reply of the platform. */
export function handedOver(reply: JsonValue): DelegationEnding | undefined {
  return isObject(reply) && reply['delivery_mode'] === 'poll' && reply['status'] === 'queued' ? HANDED_OVER : undefined;
}
