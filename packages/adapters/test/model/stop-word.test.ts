import { expect, test } from 'vitest';
import { readStopWord } from '../../src/index.js';

test.each([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['COMPLETE', 'stop'],
  ['default', 'stop'],
  ['length', 'length'],
  ['MAX_TOKENS', 'length'],
  ['max_output_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['content_filter', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['guardrail_intervened', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['refusal', 'refusal'],
  ['tool_calls', 'tool-calls'],
  ['tool_use', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['MALFORMED_FUNCTION_CALL', 'fault'],
  ['UNEXPECTED_TOOL_CALL', 'fault'],
  ['network_error', 'fault'],
  ['pause_turn', 'fault'],
  ['time_limit', 'fault'],
  ['insufficient_system_resource', 'overloaded'],
  ['engine_overloaded', 'overloaded'],
])('the word "%s" for the end of an answer means %s', (word, meaning) => {
  expect(readStopWord(word)).toBe(meaning);
});

test.each([[''], ['null'], ['None'], [null], [undefined], [0], [{}]])('%j is not a reason of an end', (word) => {
  expect(readStopWord(word)).toBeUndefined();
});
