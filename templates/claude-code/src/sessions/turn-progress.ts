import { callDigest } from './call-digest.js';
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

/** Stop reasons that end a turn. Of an answer that was cut (`max_tokens`), refused or not ended there is more to come. */
const FINAL_STOPS: readonly unknown[] = ['end_turn', 'stop_sequence', 'pause_turn'];

/** Reads only the lines after the turn's beginning, so that the answer of an earlier turn never counts as this turn's. */
export function turnProgress(entries: readonly TranscriptLine[], record: TurnRecord): TurnProgress {
  const beginning = beginningOf(entries, record);
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

/** The last line that records this call as waiting: by tool and input, since ids repeat. */
export function deferralOf(entries: readonly TranscriptLine[], call: PendingCall): string | undefined {
  const digest = callDigest(call);
  return entries.findLast((entry) => {
    const deferred = deferredCallOf(entry);
    return deferred?.id === call.id && callDigest(deferred) === digest;
  })?.uuid;
}

/** True if the call has a result in the transcript, after the line that records it as waiting. */
export function hasResult(entries: readonly TranscriptLine[], call: PendingCall, deferral?: string): boolean {
  return resultIndex(entries, call, deferral) !== -1;
}

function beginningOf(entries: readonly TranscriptLine[], { promptId, call, deferral }: TurnRecord): number {
  if (promptId !== undefined) return entries.findIndex((entry) => entry.uuid === promptId);
  return call === undefined ? -1 : resultIndex(entries, call, deferral);
}

function resultIndex(entries: readonly TranscriptLine[], call: PendingCall, deferral: string | undefined): number {
  const from = deferral === undefined ? -1 : entries.findIndex((entry) => entry.uuid === deferral);
  return entries.findIndex((entry, index) => index > from && isResultOf(entry, call.id));
}

function waitingCall(turn: readonly TranscriptLine[]): PendingCall | undefined {
  const last = turn.findLastIndex((entry) => deferredCallOf(entry) !== undefined);
  const line = turn[last];
  const call = line === undefined ? undefined : deferredCallOf(line);
  return call === undefined || hasResult(turn.slice(last), call) ? undefined : call;
}

function isResultOf(entry: TranscriptLine, callId: string): boolean {
  return (
    entry.type === 'user' &&
    blocksOf(entry).some((block) => block.type === 'tool_result' && block.tool_use_id === callId)
  );
}
