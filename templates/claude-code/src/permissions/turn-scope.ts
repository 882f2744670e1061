import type { PendingCall } from '../sessions/transcript-entry.js';

/** What a person decided about one call. */
export type Decision =
  | { readonly kind: 'allow'; readonly updatedInput?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'deny'; readonly reason: string };

/** The waiting call and the decision about it. */
export interface Answer {
  readonly call: PendingCall;
  readonly decision: Decision;
}

/** The facts of one turn that its tool calls need. */
export interface TurnScope {
  readonly taskId: string;
  readonly signal: AbortSignal;
  /** The call that the turn's answer is about, and the answer. */
  readonly answered?: Answer;
  /** Why a call must not run, regardless of the rules; undefined if it may. */
  readonly problemOf?: (callId: string) => Promise<string | undefined>;
}
