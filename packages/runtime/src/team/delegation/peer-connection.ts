import type { JsonObject } from '@molecule/adapters';
import type { ActingFor } from '../../execution/intake/acting-for.js';
import type { DelegationEnding, MessageFile } from '../../tasks/team/delegation.js';

/** A peer's report on a task: running, or ended. */
export type PeerReply =
  | { readonly kind: 'working'; readonly taskId: string }
  | { readonly kind: 'ended'; readonly taskId: string | undefined; readonly ending: DelegationEnding };

/** How often a delegation is tried. */
export interface DelegationPolicy {
  /** The largest number of attempts. */
  readonly attempts: number;
  /** Between two attempts. */
  readonly delayMs: number;
  /** The timeout of one attempt. */
  readonly timeoutMs: number;
}

/** A task as it is sent to a peer. */
export interface PeerMessage {
  /** The delegation's id, the same on every attempt. */
  readonly messageId: string;
  readonly text: string;
  readonly files: readonly MessageFile[];
  readonly metadata: JsonObject;
  /**
   * For whom it is sent. It stands beside the message, not in it: a message that is sent again must have the same content, also if
   * an older version of this agent has sent it first.
   */
  readonly actingFor: ActingFor;
}

/** A connection to one peer, directly to its A2A server or through the platform. */
export interface PeerConnection {
  /** The shortest and the longest interval between two queries of a task, in milliseconds. */
  readonly pollMs: { readonly least: number; readonly most: number };
  /**
   * Sends the task without waiting for the answer, if the peer supports that. Sending it again does not start another task.
   *
   * @param known the peer's id of the task, if an earlier attempt received it
   */
  send(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<PeerReply>;
  get(taskId: string, signal: AbortSignal): Promise<PeerReply>;
  /** @throws if the cancel cannot be delivered; the message gives the reason */
  cancel(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<void>;
}
