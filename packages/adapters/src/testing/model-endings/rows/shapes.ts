import type { ScriptStep } from '../../scripted-model/script-step.js';
import { BOTH, cutCall, type EndingOutcome, finishes, type ModelEnding, OPENAI, UNAVAILABLE } from '../model-ending.js';

const chunk = (delta: unknown, finish_reason: string | null = null, more: object = {}) => ({
  id: 'chatcmpl-x',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const DONE = 'data: [DONE]';

/** Complete answers in an unusual form. */
export const SHAPE_ROWS: readonly ModelEnding[] = [
  shape('a role that comes last', { text: 'Whole.', role: 'late' }, 'Whole.'),
  shape('a role that is missing', { text: 'Whole.', role: 'never' }, 'Whole.'),
  shape('a role that is empty', { text: 'Whole.', role: 'empty' }, 'Whole.'),
  shape('thoughts before a role that comes last (GLM)', { think: 'hm', text: 'Whole.', role: 'late' }, 'Whole.'),
  shape('thoughts in the field "reasoning"', { think: 'hm', thinkField: 'reasoning', text: 'Whole.' }, 'Whole.'),
  shape(
    'a role that is null',
    { frames: [chunk({ role: null, content: 'Whole.' }), chunk({}, 'stop'), DONE] },
    'Whole.',
  ),
  shape(
    'comments that keep the connection open',
    {
      frames: [
        ': OPENROUTER PROCESSING',
        chunk({ role: 'assistant', content: 'Whole.' }),
        ': wait',
        chunk({}, 'stop'),
        DONE,
      ],
    },
    'Whole.',
  ),
  shape(
    "Azure's first chunk with no choice",
    {
      frames: [
        { choices: [], prompt_filter_results: [] },
        chunk({ role: 'assistant', content: 'Whole.' }),
        chunk({}, 'stop'),
        DONE,
      ],
    },
    'Whole.',
  ),
  shape(
    'a choice with no delta',
    { frames: [chunk({ role: 'assistant', content: 'Whole.' }), chunk(null), chunk(null, 'stop'), DONE] },
    'Whole.',
  ),
  shape(
    'the reason in the same chunk as the text',
    { frames: [chunk({ role: 'assistant', content: 'Whole.' }, 'stop'), DONE] },
    'Whole.',
  ),
  shape(
    'no space after "data:"',
    {
      frames: [
        `data:${JSON.stringify(chunk({ role: 'assistant', content: 'Whole.' }))}`,
        `data:${JSON.stringify(chunk({}, 'stop'))}`,
        'data:[DONE]',
      ],
    },
    'Whole.',
  ),
  shape(
    'lines that end in CR LF',
    {
      frames: [
        `data: ${JSON.stringify(chunk({ role: 'assistant', content: 'Whole.' }))}\r\n\r\ndata: ${JSON.stringify(chunk({}, 'stop'))}\r\n\r\ndata: [DONE]\r\n`,
      ],
    },
    'Whole.',
  ),
  {
    ...shape(
      'a whole answer, though a stream was asked for',
      {
        page: {
          contentType: 'application/json',
          body: JSON.stringify({
            id: 'x',
            object: 'chat.completion',
            created: 1,
            model: 'm',
            choices: [{ index: 0, message: { role: 'assistant', content: 'Whole.' }, finish_reason: 'stop' }],
          }),
        },
      },
      'Whole.',
    ),
    outcomes: [...finishes('stop', 'Whole.'), ...UNAVAILABLE, { error: 'unavailable', retryable: false }],
  },
  {
    name: 'an emoji whose halves come in two chunks',
    group: 'shape',
    formats: BOTH,
    steps: () => [{ pieces: ['grin \ud83d', '\ude00 there'] }],
    outcomes: finishes('stop', 'grin \u{1F600} there'),
  },
  {
    name: 'half an emoji at the end',
    group: 'shape',
    formats: BOTH,
    steps: () => [{ pieces: ['grin ', '\ud83d'] }],
    outcomes: finishes('stop', /^grin \ufffd?$/),
  },
  {
    name: 'line separators and control characters',
    group: 'shape',
    formats: BOTH,
    steps: () => [{ text: 'a\u2028b\u0085c\td' }],
    outcomes: finishes('stop', 'a\u2028b\u0085c\td'),
  },
];

const told = (text: string | RegExp): readonly EndingOutcome[] => finishes('stop', text);

/** Tool calls in an unusual form. */
export const TOOL_ROWS: readonly ModelEnding[] = [
  {
    ...tool(
      'arguments that the output limit cut',
      ({ act }) => ({ tools: [cutCall(act)], stop: 'length' }),
      told('Told.'),
    ),
    steps: ({ act }, format) => [
      { text: 'Acting.', tools: [cutCall(act)], stop: format === 'openai' ? 'length' : 'max_tokens' },
      { text: 'Told.' },
    ],
    outcomes: [...told('Told.'), ...finishes('length'), { error: 'invalid-request', retryable: false }, ...UNAVAILABLE],
    mustNotAct: true,
  },
  {
    ...tool('incomplete arguments without a stop reason', ({ act }) => ({ tools: [cutCall(act)] }), told('Told.')),
    mustNotAct: true,
  },
  {
    ...tool('two calls, of which the output limit cut the second', () => ({}), told('Told.')),
    steps: ({ look, act }, format) => [
      { tools: [look, cutCall(act)], stop: format === 'openai' ? 'length' : 'max_tokens' },
      { text: 'Told.' },
    ],
    outcomes: [...told('Told.'), ...finishes('length'), { error: 'invalid-request', retryable: false }, ...UNAVAILABLE],
    mustNotAct: true,
  },
  {
    ...tool('arguments that are a list', ({ act }) => ({ tools: [{ ...act, raw: '["a"]' }] }), told('Told.')),
    mustNotAct: true,
  },
  {
    ...tool('arguments that are a text', ({ act }) => ({ tools: [{ ...act, raw: '"a"' }] }), told('Told.')),
    mustNotAct: true,
  },
  {
    ...tool('arguments that are no JSON', ({ act }) => ({ tools: [{ ...act, raw: 'path=a' }] }), told('Told.')),
    mustNotAct: true,
  },
  tool('arguments that are missing', ({ look }) => ({ tools: [{ ...look, raw: '' }] }), told('Told.')),
  tool('an unknown tool', () => ({ tools: [{ tool: 'delete_database', input: {} }] }), told('Told.')),
  tool(
    'a tool call that ends in "stop" (Ollama)',
    ({ look }) => ({ tools: [look], stop: 'stop' }),
    told('Told.'),
    OPENAI,
  ),
  tool(
    'the same id twice in one answer',
    ({ look }) => ({
      tools: [
        { ...look, id: 'call_1' },
        { ...look, id: 'call_1' },
      ],
    }),
    told('Told.'),
  ),
  {
    ...tool('the same id in each answer', () => ({}), told('Told.')),
    steps: ({ look }) => [
      { tools: [{ ...look, id: 'call_1' }] },
      { tools: [{ ...look, id: 'call_1' }] },
      { text: 'Told.' },
    ],
  },
  tool('an id with a colon', ({ look }) => ({ tools: [{ ...look, id: 'functions.look:0' }] }), told('Told.'), OPENAI),
  noId('a call with an empty id', ''),
  noId('a call with no id', null),
];

function shape(name: string, step: ScriptStep, text: string): ModelEnding {
  return { name, group: 'shape', formats: OPENAI, steps: () => [step], outcomes: finishes('stop', text) };
}

/** The step of `make`; the next answer of the model is `Told.`. */
function tool(
  name: string,
  make: (tools: Parameters<ModelEnding['steps']>[0]) => ScriptStep,
  outcomes: readonly EndingOutcome[],
  formats = BOTH,
): ModelEnding {
  return { name, group: 'tool', formats, steps: (tools) => [make(tools), { text: 'Told.' }], outcomes };
}

/** The call runs under an id of the engine, or is refused. */
function noId(name: string, id: string | null): ModelEnding {
  return tool(name, ({ look }) => ({ text: 'Let me look.', tools: [{ ...look, id }] }), [
    ...told('Told.'),
    ...UNAVAILABLE,
    { error: 'invalid-request', retryable: false },
  ]);
}

/** Tokens in the forms of several servers. */
export const USAGE_ROWS: readonly ModelEnding[] = [
  {
    name: 'cached tokens',
    group: 'usage',
    formats: BOTH,
    steps: () => [{ text: 'Whole.', usage: { input: 100, output: 20, cached: 60, cacheWrite: 10 } }],
    outcomes: finishes('stop', 'Whole.'),
    usage: { inputTokens: 100, outputTokens: 20, cachedInputTokens: 60 },
  },
  {
    name: 'reasoning tokens',
    group: 'usage',
    formats: OPENAI,
    steps: () => [{ text: 'Whole.', usage: { input: 100, output: 20, reasoning: 15 } }],
    outcomes: finishes('stop', 'Whole.'),
    usage: { inputTokens: 100, outputTokens: 20, reasoningTokens: 15 },
  },
  {
    name: 'usage in each chunk (vLLM)',
    group: 'usage',
    formats: OPENAI,
    steps: () => {
      const usage = (tokens: number) => ({
        usage: { prompt_tokens: 100, completion_tokens: tokens, total_tokens: 100 + tokens },
      });
      return [
        {
          frames: [
            chunk({ role: 'assistant', content: 'a ' }, null, usage(1)),
            chunk({ content: 'b' }, null, usage(2)),
            chunk({}, 'stop', usage(2)),
            { ...chunk({}), choices: [], ...usage(2) },
            DONE,
          ],
        },
      ];
    },
    outcomes: finishes('stop', 'a b'),
    usage: { inputTokens: 100, outputTokens: 2 },
  },
  {
    name: 'usage of an answer that then breaks off',
    group: 'usage',
    formats: OPENAI,
    steps: () => [
      {
        frames: [
          chunk({ role: 'assistant', content: 'a ' }, null, {
            usage: { prompt_tokens: 100, completion_tokens: 1, total_tokens: 101 },
          }),
          { error: { code: 502, message: 'Upstream' } },
        ],
      },
    ],
    outcomes: UNAVAILABLE,
    usage: { inputTokens: 100, outputTokens: 1 },
  },
];
