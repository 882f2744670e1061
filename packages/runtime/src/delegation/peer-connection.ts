import type { JsonObject } from '@molecule/adapters';
import type { DelegationEnding } from './delegation-store.js';
import type { MessageFile } from './message-file.js';

/** What a peer says of a task: still at it, or over. */
export type PeerReply =
  | { readonly kind: 'working'; readonly taskId: string }
  | { readonly kind: 'ended'; readonly taskId: string | undefined; readonly ending: DelegationEnding };

/** What is sent to a peer. */
export interface PeerMessage {
  /** The delegation's id, on every attempt. */
  readonly messageId: string;
  readonly text: string;
  readonly files: readonly MessageFile[];
  readonly metadata: JsonObject;
}

/** The way to one peer: its own A2A server, or the platform in between. */
export interface PeerConnection {
  /** A task is looked at again no sooner and no later than this; milliseconds. */
  readonly pollMs: { readonly least: number; readonly most: number };
  /**
   * Hands the task over and does not wait for the answer, where the peer can do that. Sent again, it is the same task.
   *
   * @param known the peer's id of the task, when an earlier attempt was told it
   */
  send(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<PeerReply>;
  get(taskId: string, signal: AbortSignal): Promise<PeerReply>;
  /** @throws when the peer cannot be told; the message says why */
  cancel(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<void>;
}
