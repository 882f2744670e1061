/** A file that is sent to a peer with a task. */
export interface MessageFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export type DelegationState = 'pending' | 'sent' | 'completed' | 'input-required' | 'failed' | 'canceled';
export type DelegationMode = 'wait' | 'later';

/** The current state of a task that was delegated to a peer. */
export interface Delegation {
  readonly id: string;
  /** The owner of the delegating task; empty if the delegation was recorded before delegations had owners. */
  readonly owner: string;
  readonly parentTask: string;
  readonly peerId: string;
  readonly peerName: string;
  /** Empty if the peer is reached through the platform. */
  readonly url: string;
  readonly text: string;
  readonly mode: DelegationMode;
  readonly state: DelegationState;
  readonly remoteTask: string | undefined;
  readonly answer: string | undefined;
  readonly attempts: number;
  readonly reported: boolean;
  /** The boot that follows the peer's task; undefined: any may. */
  readonly follower: string | undefined;
  /** What is to be reported to the platform next; undefined: nothing. */
  readonly report: 'begin' | 'end' | 'answer' | undefined;
  /** True: that may have been reported already, by a process that did not learn the platform's answer. */
  readonly isInDoubt: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface NewDelegation {
  /** The owner of the delegating task. */
  readonly owner: string;
  readonly parentTask: string;
  readonly peerId: string;
  readonly peerName: string;
  readonly url: string;
  readonly text: string;
  readonly mode: DelegationMode;
  /** Sent with the text. The same text with other files is the same delegation. */
  readonly files: readonly MessageFile[];
  /** The boot that follows it, if it is a new one. */
  readonly follower: string;
  /** It is to be reported to the platform. */
  readonly isReported: boolean;
}

/** The end of a delegation. */
export interface DelegationEnding {
  readonly state: 'completed' | 'input-required' | 'failed' | 'canceled';
  readonly answer: string;
}

export const OPEN_STATES: readonly DelegationState[] = ['pending', 'sent'];

export function isOpen({ state }: Pick<Delegation, 'state'>): boolean {
  return OPEN_STATES.includes(state);
}
