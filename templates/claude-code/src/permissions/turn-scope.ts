import type { PendingCall } from '../sessions/transcript-entry.js';
import type { ToolCall } from './policy.js';

/** What a person decided about one call. */
export type Decision =
  | { readonly kind: 'allow'; readonly updatedInput?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'deny'; readonly reason: string };

/** The call that waited, and what was decided about it. */
export interface Answer {
  readonly call: PendingCall;
  readonly decision: Decision;
  /** True when the model was asked to make the call again, so that it comes with another id, once. */
  repeats: boolean;
}

/** What the tool calls of one turn need to know of it. */
export interface TurnScope {
  readonly taskId: string;
  readonly contextId: string;
  readonly signal: AbortSignal;
  /** The call that the turn's answer is about, and the answer. */
  readonly answered?: Answer;
  /** The call of this turn that was put off until a person decides. */
  deferredCallId?: string;
}

/** The decision about this very call, if it is the answered one. An approval is good for one call only. */
export function decisionAbout(answer: Answer | undefined, callId: string, call: ToolCall): Decision | undefined {
  if (answer === undefined) return undefined;
  if (answer.call.id === callId) return answer.decision;
  const isSame = answer.call.name === call.name && JSON.stringify(answer.call.input) === JSON.stringify(call.input);
  if (!answer.repeats || !isSame) return undefined;
  answer.repeats = false;
  return answer.decision;
}
