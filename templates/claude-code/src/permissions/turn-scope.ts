import type { PendingCall } from '../sessions/transcript-entry.js';

/** What a person decided about one call. */
export type Decision =
  | { readonly kind: 'allow'; readonly updatedInput?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'deny'; readonly reason: string };

/** The call that waited, and what was decided about it. */
export interface Answer {
  readonly call: PendingCall;
  readonly decision: Decision;
}

/** What the tool calls of one turn need to know of it. */
export interface TurnScope {
  readonly taskId: string;
  readonly signal: AbortSignal;
  /** The call that the turn's answer is about, and the answer. */
  readonly answered?: Answer;
  /** Why a call must not be run, whatever the rules say; undefined when it may. */
  readonly problemOf?: (callId: string) => Promise<string | undefined>;
}
