import {
  type AnswerTurn,
  type ContinueTurn,
  EngineError,
  type FinishReason,
  type MessageTurn,
  type Turn,
} from '@molecule/adapters';
import type { Decision } from '../permissions/turn-scope.js';
import { decisionFrom } from '../requests/decision.js';
import { isQuestion } from '../requests/question.js';
import { openRequestOf } from '../requests/request-id.js';
import { uuidFrom } from '../sessions/session-id.js';
import type { PendingCall, TranscriptLine } from '../sessions/transcript-entry.js';
import { deferralOf, hasResult, turnProgress } from '../sessions/turn-progress.js';
import type { TurnRecord } from '../sessions/turn-record.js';

/** What has to be done for a turn. */
export type TurnPlan =
  /** Say the person's message. */
  | { readonly do: 'prompt'; readonly turn: MessageTurn; readonly record: TurnRecord; readonly note?: string }
  /** Run or refuse the call that waited. */
  | { readonly do: 'decide'; readonly call: PendingCall; readonly decision: Decision; readonly record: TurnRecord }
  /** Resume the turn at the end of its transcript. */
  | { readonly do: 'resume'; readonly record: TurnRecord; readonly endsWithError: boolean }
  /** The turn has ended: report its end again. */
  | { readonly do: 'replay'; readonly text: string; readonly reason: FinishReason }
  | { readonly do: 'ask-again'; readonly call: PendingCall; readonly record: TurnRecord };

/**
 * Makes the plan from the record of the last turn and from the transcript. Throws what the contract prescribes.
 *
 * @param instructions the id of the newest ones. A message begins with them; a resumed turn keeps its first ones.
 */
export function planTurn(
  turn: Turn,
  record: TurnRecord | undefined,
  entries: readonly TranscriptLine[],
  instructions: string,
): TurnPlan {
  if (turn.kind === 'message') return planMessage(turn, record, instructions);
  if (turn.kind === 'answer') return planAnswer(turn, record, entries);
  return planContinue(turn, record, entries);
}

/**
 * A message while a call waits for a person withdraws that call: it does not run, and the model learns that together with
 * the message. Running it later would surprise the person, and holding the message back would lose it.
 */
export function planMessage(
  turn: MessageTurn,
  record: TurnRecord | undefined,
  instructions: string,
): TurnPlan & { readonly do: 'prompt' } {
  const waiting = record?.state === 'waiting' ? record.call : undefined;
  return {
    do: 'prompt',
    turn,
    record: { messageId: turn.messageId, state: 'running', promptId: promptIdOf(turn), instructions },
    ...(waiting === undefined ? {} : { note: noteAbout(waiting) }),
  };
}

function planAnswer(turn: AnswerTurn, record: TurnRecord | undefined, entries: readonly TranscriptLine[]): TurnPlan {
  const call = record?.call;
  const isSameAnswer = record?.messageId === turn.messageId;
  const isOpen = record !== undefined && openRequestOf(record) === turn.requestId;
  if (call === undefined || !isOpen || !(record.state === 'waiting' || isSameAnswer)) {
    throw new EngineError(
      'lost',
      'What this answers is no longer open: it was answered, or a newer message took its place.',
    );
  }
  const deferral = record.deferral ?? deferralOf(entries, call);
  if (hasResult(entries, call, deferral)) return continueFrom(record, entries);
  const decision = decisionFrom(turn, call);
  const { instructions } = record;
  const kept = {
    ...(instructions === undefined ? {} : { instructions }),
    ...(deferral === undefined ? {} : { deferral }),
  };
  const { messageId, requestId } = turn;
  return { do: 'decide', call, decision, record: { messageId, state: 'running', call, requestId, ...kept } };
}

function planContinue(
  turn: ContinueTurn,
  record: TurnRecord | undefined,
  entries: readonly TranscriptLine[],
): TurnPlan {
  if (record?.messageId !== turn.messageId) throw nothingToContinue();
  return continueFrom(record, entries);
}

function continueFrom(record: TurnRecord, entries: readonly TranscriptLine[]): TurnPlan {
  if (record.state === 'finished') return { do: 'replay', text: record.text ?? '', reason: record.reason ?? 'stop' };
  if (record.state === 'waiting' && record.call !== undefined) return { do: 'ask-again', call: record.call, record };
  const progress = turnProgress(entries, record);
  if (progress.state === 'nothing') throw nothingToContinue();
  if (progress.state === 'finished') return { do: 'replay', text: progress.text, reason: 'stop' };
  if (progress.state === 'waiting') return { do: 'ask-again', call: progress.call, record };
  return { do: 'resume', record, endsWithError: progress.endsWithError };
}

/** Another attempt is another message to Claude Code, which would leave a repeated id out. */
function promptIdOf(turn: Turn): string {
  return uuidFrom('message', turn.contextId, turn.messageId, String(turn.attempt));
}

function noteAbout(call: PendingCall): string {
  if (isQuestion(call)) return 'The questions were not answered; this message came instead.';
  return `The call of ${call.name} that waited for approval did not run: no approval was given, and this message came instead.`;
}

function nothingToContinue(): EngineError {
  return new EngineError('nothing-to-continue', 'Claude Code knows nothing of this turn.');
}
