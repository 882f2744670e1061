import type { FinishReason } from '../contract/turn-event.js';

/**
 * What a model server's word for the end of an answer (`finish_reason`, `stop_reason`) means:
 *
 * - a {@link FinishReason}: the answer ended so;
 * - `tool-calls`: the answer ends in tool calls, so without any it is none;
 * - `overloaded`, `fault`: the server did not come to the end of the answer.
 */
export type StopMeaning = FinishReason | 'tool-calls' | 'overloaded' | 'fault';

/** The words of many servers, in lower case, the first that fits. What fits none is a complete answer. */
const MEANINGS: readonly (readonly [words: RegExp, meaning: StopMeaning])[] = [
  [/^(tool_calls?|tool_use|function_calls?)$/, 'tool-calls'],
  [/^insufficient_system_resource$|overload/, 'overloaded'],
  // `pause_turn` asks for another call, which nobody makes.
  [/error|abort|cancel|not_finished|^pause_turn$|time_?(out|limit)|^max_time$|(function|tool)_call/, 'fault'],
  [/length|token|context_window/, 'length'],
  [/filter|safety|recitation|block|prohibited|guardrail|moderation|sensitive|^spii$/, 'content-filter'],
  [/refus/, 'refusal'],
];
/** Ends of a complete answer that the patterns would take for another. */
const COMPLETE: readonly string[] = ['eos_token', 'stop_token', 'end_token'];
/** Some servers put these words where no reason is told yet. */
const NO_WORD: readonly string[] = ['', 'null', 'none', 'undefined'];

/** Reads a server's word for why an answer ended; `undefined` when the value is no such word, so that none is told yet. */
export function readStopWord(word: unknown): StopMeaning | undefined {
  if (typeof word !== 'string') return undefined;
  const lower = word.trim().toLowerCase();
  if (NO_WORD.includes(lower)) return undefined;
  if (COMPLETE.includes(lower)) return 'stop';
  return MEANINGS.find(([pattern]) => pattern.test(lower))?.[1] ?? 'stop';
}
