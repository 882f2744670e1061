import { ANTHROPIC, BOTH, EMPTY, finishes, type ModelEnding, OPENAI, UNAVAILABLE } from '../model-ending.js';

const HALF = 'The answer is cut in the mid';

/** Stop reasons of many servers. */
export const STOP_ROWS: readonly ModelEnding[] = [
  row('a whole answer', BOTH, { text: 'Whole.' }, finishes('stop', 'Whole.')),
  row('the output limit (length)', OPENAI, { text: HALF, stop: 'length' }, finishes('length', HALF)),
  row('the output limit (max_tokens)', ANTHROPIC, { text: HALF, stop: 'max_tokens' }, finishes('length', HALF)),
  row(
    "the output limit in Anthropic's word, behind a gateway",
    OPENAI,
    { text: HALF, stop: 'max_tokens' },
    finishes('length', HALF),
  ),
  row(
    "the output limit in Gemini's word (MAX_TOKENS)",
    OPENAI,
    { text: HALF, stop: 'MAX_TOKENS' },
    finishes('length', HALF),
  ),
  row(
    "the output limit in Mistral's word (model_length)",
    OPENAI,
    { text: HALF, stop: 'model_length' },
    finishes('length', HALF),
  ),
  row(
    'a full context window',
    ANTHROPIC,
    { text: HALF, stop: 'model_context_window_exceeded' },
    finishes('length', HALF),
  ),
  row(
    'the output limit within the reasoning',
    BOTH,
    { think: 'hm hm', stop: 'length' },
    finishes('length'),
    'max_tokens',
  ),
  row(
    'a content filter in the middle',
    OPENAI,
    { text: 'Some', stop: 'content_filter' },
    finishes('content-filter', 'Some'),
  ),
  row('a content filter before any text', OPENAI, { stop: 'content_filter' }, finishes('content-filter')),
  row(
    "a content filter in GLM's word (sensitive)",
    OPENAI,
    { text: 'Some', stop: 'sensitive' },
    finishes('content-filter', 'Some'),
  ),
  row(
    "a content filter in Gemini's word (SAFETY)",
    OPENAI,
    { text: 'Some', stop: 'SAFETY' },
    finishes('content-filter', 'Some'),
  ),
  row(
    'a refusal in its own field',
    OPENAI,
    { refusal: 'I cannot help with that.' },
    finishes('refusal', 'I cannot help with that.'),
    undefined,
    'stop',
  ),
  row('a refusal in words', ANTHROPIC, { text: 'I cannot.', stop: 'refusal' }, finishes('refusal', 'I cannot.')),
  row('a refusal without any text', ANTHROPIC, { stop: 'refusal' }, finishes('refusal')),
  row('a stop sequence', ANTHROPIC, { text: 'Up to here', stop: 'stop_sequence' }, finishes('stop', 'Up to here')),
  row('an unknown word for the end (eos)', OPENAI, { text: 'Whole.', stop: 'eos' }, finishes('stop', 'Whole.')),
  row("vLLM's word for an aborted request (abort)", OPENAI, { text: 'Half', stop: 'abort' }, UNAVAILABLE),
  row(
    "GLM's word for a fault of its own (network_error)",
    OPENAI,
    { text: 'Half', stop: 'network_error' },
    UNAVAILABLE,
  ),
  row("DeepSeek's word for too little room", OPENAI, { text: 'Half', stop: 'insufficient_system_resource' }, [
    { error: 'overloaded', retryable: true },
    ...UNAVAILABLE,
  ]),
  row("OpenRouter's word for a fault (error)", OPENAI, { text: 'Half', stop: 'error' }, UNAVAILABLE),
];

/** Answers without text. */
export const EMPTY_ROWS: readonly ModelEnding[] = [
  { ...row('nothing', BOTH, {}, EMPTY), group: 'empty' },
  { ...row('an empty text', BOTH, { text: '' }, EMPTY), group: 'empty' },
  { ...row('blanks only', BOTH, { text: ' \n ' }, EMPTY), group: 'empty' },
  { ...row('thoughts only', BOTH, { think: 'hm hm' }, EMPTY), group: 'empty' },
  { ...row('the announcement of tool calls, and none', OPENAI, { stop: 'tool_calls' }, EMPTY), group: 'empty' },
  { ...row('the announcement of tool calls, and none', ANTHROPIC, { stop: 'tool_use' }, EMPTY), group: 'empty' },
  {
    name: 'an empty answer after a tool, with text before the call',
    group: 'empty',
    formats: BOTH,
    steps: ({ look }) => [{ text: 'Let me look.', tools: [look] }, {}],
    outcomes: EMPTY,
  },
  {
    name: 'only reasoning after a tool',
    group: 'empty',
    formats: BOTH,
    steps: ({ look }) => [{ text: 'Let me look.', tools: [look] }, { think: 'It is there.' }],
    outcomes: EMPTY,
  },
];

function row(
  name: string,
  formats: ModelEnding['formats'],
  step: ReturnType<ModelEnding['steps']>[number],
  outcomes: ModelEnding['outcomes'],
  anthropicStop?: string,
  openAiStop?: string,
): ModelEnding {
  return {
    name,
    group: 'stop',
    formats,
    steps: (_tools, format) => {
      const stop = format === 'anthropic' ? (anthropicStop ?? step.stop) : (openAiStop ?? step.stop);
      return [stop === undefined ? step : { ...step, stop }];
    },
    outcomes,
  };
}
