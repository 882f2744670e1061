import {
  blocksOf,
  deferredCallOf,
  messageOf,
  type PendingCall,
  type TranscriptLine,
  textOf,
} from './transcript-entry.js';
import type { TurnRecord } from './turn-record.js';

/** How far a turn came, by the transcript. */
export type TurnProgress =
  | { readonly state: 'nothing' }
  | { readonly state: 'finished'; readonly text: string }
  | { readonly state: 'waiting'; readonly call: PendingCall }
  | { readonly state: 'half-done'; readonly endsWithError: boolean };

/** Stop reasons that end a turn; `tool_use` and a missing one do not. */
const FINAL_STOPS: readonly unknown[] = ['end_turn', 'stop_sequence', 'max_tokens', 'refusal'];

/** Looks only at what came after the turn's own beginning, so that an earlier turn's answer is never taken for its. */
export function turnProgress(entries: readonly TranscriptLine[], record: TurnRecord): TurnProgress {
  const beginning = entries.findIndex((entry) => beginsTurn(entry, record));
  if (beginning === -1) return { state: 'nothing' };
  const turn = entries.slice(beginning + 1).filter((entry) => entry['isSidechain'] !== true);
  const call = waitingCall(turn);
  if (call !== undefined) return { state: 'waiting', call };
  const last = turn.findLast((entry) => entry.type === 'assistant' || entry.type === 'user');
  if (last?.type !== 'assistant') return { state: 'half-done', endsWithError: false };
  if (last['isApiErrorMessage'] === true) return { state: 'half-done', endsWithError: true };
  const message = messageOf(last);
  if (!FINAL_STOPS.includes(message?.stop_reason)) return { state: 'half-done', endsWithError: false };
  const pieces = turn.filter((entry) => entry.type === 'assistant' && messageOf(entry)?.id === message?.id);
  return { state: 'finished', text: pieces.map(textOf).join('') };
}

/** True when the transcript has a result for the call. */
export function hasResult(entries: readonly TranscriptLine[], callId: string): boolean {
  return entries.some((entry) => isResultOf(entry, callId));
}

function beginsTurn(entry: TranscriptLine, record: TurnRecord): boolean {
  if (record.promptId !== undefined) return entry.uuid === record.promptId;
  return record.call !== undefined && isResultOf(entry, record.call.id);
}

function waitingCall(turn: readonly TranscriptLine[]): PendingCall | undefined {
  const call = turn.map(deferredCallOf).findLast((found) => found !== undefined);
  return call === undefined || hasResult(turn, call.id) ? undefined : call;
}

function isResultOf(entry: TranscriptLine, callId: string): boolean {
  return (
    entry.type === 'user' &&
    blocksOf(entry).some((block) => block.type === 'tool_result' && block.tool_use_id === callId)
  );
}
