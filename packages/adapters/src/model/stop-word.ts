import type { FinishReason } from '../contract/answer-event.js';

/**
 * The meaning of a model server's word for the end of an answer (`finish_reason`, `stop_reason`):
 *
 * - a {@link FinishReason}: the answer ended for this reason;
 * - `tool-calls`: the answer ends with tool calls; without any, it is no answer;
 * - `overloaded`, `fault`: the server did not complete the answer.
 */
export type StopMeaning = FinishReason | 'tool-calls' | 'overloaded' | 'fault';

/** Patterns for the words of many servers, in lower case. The first match counts; a word without a match means a complete answer. */
const MEANINGS: readonly (readonly [words: RegExp, meaning: StopMeaning])[] = [
  [/^(tool_calls?|tool_use|function_calls?)$/, 'tool-calls'],
  [/^insufficient_system_resource$|overload/, 'overloaded'],
  // `pause_turn` asks for a further call, which no engine makes.
  [/error|abort|cancel|not_finished|^pause_turn$|time_?(out|limit)|^max_time$|(function|tool)_call/, 'fault'],
  [/length|token|context_window/, 'length'],
  [/filter|safety|recitation|block|prohibited|guardrail|moderation|sensitive|^spii$/, 'content-filter'],
  [/refus/, 'refusal'],
];
/** Words for a complete answer that the patterns would match. */
const COMPLETE: readonly string[] = ['eos_token', 'stop_token', 'end_token'];
/** Words of servers that have no reason yet. */
const NO_WORD: readonly string[] = ['', 'null', 'none', 'undefined'];

/** Reads a server's word for the end of an answer; `undefined` if the value is none, so the answer has not ended. */
export function readStopWord(word: unknown): StopMeaning | undefined {
  if (typeof word !== 'string') return undefined;
  const lower = word.trim().toLowerCase();
  if (NO_WORD.includes(lower)) return undefined;
  if (COMPLETE.includes(lower)) return 'stop';
  return MEANINGS.find(([pattern]) => pattern.test(lower))?.[1] ?? 'stop';
}
