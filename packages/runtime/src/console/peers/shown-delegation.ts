import type { Delegation } from '../../tasks/team/delegation.js';

/** Characters of a request and of an answer. */
const MOST_TEXT = 500;
const MOST_ANSWER = 2_000;

/** A task that the agent has given to a peer, as the console shows it. */
export interface ShownDelegation {
  readonly id: string;
  readonly peer: { readonly id: string; readonly name: string; readonly url: string };
  readonly text: string;
  readonly mode: string;
  readonly state: string;
  readonly remoteTask?: string;
  readonly answer?: string;
  readonly attempts: number;
  readonly createdAt: string;
  /** What the peer has delegated for it; absent: the peer was not asked, or has not said it. */
  readonly children?: readonly ShownDelegation[];
  /** Why the peer has not said it. */
  readonly childrenError?: string;
}

export function shownDelegation(delegation: Delegation): ShownDelegation {
  const { id, peerId, peerName, url, text, mode, state, remoteTask, answer, attempts, createdAt } = delegation;
  return {
    id,
    peer: { id: peerId, name: peerName, url },
    text: text.slice(0, MOST_TEXT),
    mode,
    state,
    ...(remoteTask !== undefined && { remoteTask }),
    ...(answer !== undefined && { answer: answer.slice(0, MOST_ANSWER) }),
    attempts,
    createdAt: new Date(createdAt).toISOString(),
  };
}
