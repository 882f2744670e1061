import type { ScriptedToolCall, ScriptStep } from '../../scripted-model/script-step.js';
import {
  ANTHROPIC,
  BOTH,
  EMPTY,
  type EndingOutcome,
  finishes,
  type ModelEnding,
  OPENAI,
  UNAVAILABLE,
} from '../model-ending.js';

type Row = Readonly<Record<string, unknown>>;

const chunk = (delta: unknown, finish_reason: string | null = null, more: Row = {}): Row => ({
  id: 'chatcmpl-x',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const DONE = 'data: [DONE]';
const data = (value: Row) => `data: ${JSON.stringify(value)}`;

const messageStart = (usage: Row = { input_tokens: 10, output_tokens: 1 }): Row => ({
  type: 'message_start',
  message: {
    id: 'msg_x',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
});
const block = (index: number, content_block: Row, ...deltas: readonly Row[]): readonly Row[] => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const textBlock = (index: number, text: string) =>
  block(index, { type: 'text', text: '' }, { type: 'text_delta', text });
const messageEnd = (stop_reason: string, usage: Row = { output_tokens: 5 }): readonly Row[] => [
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
  { type: 'message_stop' },
];

const whole = finishes('stop', 'Whole.');

/** Stop reasons of further servers. */
const WORD_ROWS: readonly ModelEnding[] = [
  ...['not_finished', 'time_limit', 'ERROR', 'user_cancel', 'MALFORMED_FUNCTION_CALL', 'unexpected_tool_call'].map(
    (stop) => word(stop, UNAVAILABLE),
  ),
  ...['SPII', 'guardrail_intervened', 'IMAGE_SAFETY', 'moderation'].map((stop) =>
    word(stop, finishes('content-filter', 'Half')),
  ),
  ...['token_limit', 'max_length'].map((stop) => word(stop, finishes('length', 'Half'))),
  habit(
    'the word "null" in each chunk but the last (DashScope)',
    OPENAI,
    {
      frames: [
        chunk({ role: 'assistant', content: 'Who' }, 'null'),
        chunk({ content: 'le.' }, 'null'),
        chunk({}, 'stop'),
        DONE,
      ],
    },
    whole,
  ),
  habit(
    'the word "null" in each chunk, and a stream that closes',
    OPENAI,
    { frames: [chunk({ role: 'assistant', content: 'Half' }, 'null'), chunk({ content: ' of' }, 'null')] },
    UNAVAILABLE,
  ),
  habit('a pause that the provider asks for (pause_turn)', ANTHROPIC, { text: 'Half', stop: 'pause_turn' }, [
    ...UNAVAILABLE,
    ...finishes('length', 'Half'),
  ]),
  habit(
    'text and an announcement of tool calls, without calls',
    BOTH,
    (format) => ({ text: 'Let me look.', stop: format === 'openai' ? 'tool_calls' : 'tool_use' }),
    [...EMPTY, ...UNAVAILABLE],
  ),
];

const refused: readonly EndingOutcome[] = [{ error: 'invalid-request', retryable: false }];
const FLAGGED = 'm requires moderation on OpenRouter. Your input was flagged for "violence"';

/** A gateway's moderation refuses the message, not the key. */
const MODERATION_ROWS: readonly ModelEnding[] = [
  { ...habit('status 403: a flagged message', OPENAI, { status: 403, errorText: FLAGGED }, refused), group: 'status' },
  {
    ...habit('a flagged message', OPENAI, { streamError: { error: { code: 403, message: FLAGGED } } }, refused),
    group: 'error',
  },
];

/** Frames of streams. */
const FRAME_ROWS: readonly ModelEnding[] = [
  habit(
    'two answers, though the request asks for one',
    OPENAI,
    {
      frames: [
        chunk({ role: 'assistant', content: 'Who' }),
        { ...chunk({}), choices: [{ index: 1, delta: { role: 'assistant', content: 'Other' }, finish_reason: null }] },
        chunk({ content: 'le.' }),
        { ...chunk({}), choices: [{ index: 1, delta: {}, finish_reason: 'length' }] },
        chunk({}, 'stop'),
        DONE,
      ],
    },
    whole,
  ),
  habit(
    'the last chunk twice',
    OPENAI,
    { frames: [chunk({ role: 'assistant', content: 'Whole.' }), chunk({}, 'stop'), chunk({}, 'stop'), DONE, DONE] },
    whole,
  ),
  habit(
    'a mark of the byte order, names, ids and lines in pieces',
    OPENAI,
    {
      frames: [
        `\uFEFFid: 1\nevent: message\nretry: 100\n${data(chunk({ role: 'assistant', content: 'Whole.' }))}`,
        `id: 2\n${JSON.stringify(chunk({}, 'stop'), undefined, 1)
          .split('\n')
          .map((line) => `data: ${line}`)
          .join('\n')}`,
        DONE,
      ],
    },
    whole,
  ),
  habit(
    'lines with different endings',
    OPENAI,
    {
      frames: [
        `${data(chunk({ role: 'assistant', content: 'Who' }))}\n\r\n${data(chunk({ content: 'le.' }))}\r\n\n${data(chunk({}, 'stop'))}\n\r\n${DONE}`,
      ],
    },
    whole,
  ),
  habit(
    'an error that is empty in each chunk',
    OPENAI,
    {
      frames: [
        chunk({ role: 'assistant', content: 'Whole.' }, null, { error: '' }),
        chunk({}, 'stop', { error: false }),
        DONE,
      ],
    },
    whole,
  ),
  habit(
    'content in a list of pieces',
    OPENAI,
    { frames: [chunk({ role: 'assistant', content: [{ type: 'text', text: 'Whole.' }] }), chunk({}, 'stop'), DONE] },
    [...whole, ...UNAVAILABLE, ...EMPTY, { error: 'internal', retryable: false }],
  ),
  habit(
    'pings, and events of unknown types',
    ANTHROPIC,
    {
      frames: [
        messageStart(),
        { type: 'ping' },
        { type: 'tomorrow', value: 1 },
        ...textBlock(0, 'Whole.'),
        { type: 'ping' },
        ...messageEnd('end_turn'),
      ],
    },
    whole,
  ),
  habit(
    'hidden reasoning',
    ANTHROPIC,
    {
      frames: [
        messageStart(),
        ...block(0, { type: 'redacted_thinking', data: 'c2VjcmV0' }),
        ...textBlock(1, 'Whole.'),
        ...messageEnd('end_turn'),
      ],
    },
    whole,
  ),
  habit(
    'a refused key in the middle',
    ANTHROPIC,
    {
      frames: [
        messageStart(),
        ...textBlock(0, 'Half'),
        { type: 'error', error: { type: 'authentication_error', message: 'expired' } },
      ],
    },
    [{ error: 'auth', retryable: false }],
  ),
];

/** Calls that look complete and are not, or hold more than they should. */
const CALL_ROWS: readonly ModelEnding[] = [
  call('a call that the limit cut, and that the server completed (vLLM)', BOTH, (act, format) => ({
    tools: [act],
    stop: format === 'openai' ? 'length' : 'max_tokens',
  })),
  call('a call in an answer that was withheld', OPENAI, (act) => ({
    text: 'Acting.',
    tools: [act],
    stop: 'content_filter',
  })),
  call('a call in an answer that was refused', ANTHROPIC, (act) => ({
    text: 'Acting.',
    tools: [act],
    stop: 'refusal',
  })),
  call('a complete input, though the limit was reached', ANTHROPIC, (act) => ({
    frames: [
      messageStart(),
      ...block(0, { type: 'tool_use', id: 'toolu_x1', name: act.tool, input: act.input }),
      ...messageEnd('max_tokens'),
    ],
  })),
  {
    ...habit('half a character in a call', BOTH, {}, finishes('stop', 'Told.')),
    group: 'tool',
    steps: ({ look }) => [
      { tools: [{ ...look, raw: `${JSON.stringify(look.input ?? {}).slice(0, -1)},"note":"\\ud83d"}` }] },
      { text: 'Told.' },
    ],
  },
  {
    ...habit('a call of a tool with no name', BOTH, {}, [
      ...finishes('stop', 'Told.'),
      ...UNAVAILABLE,
      { error: 'invalid-request', retryable: false },
    ]),
    group: 'tool',
    steps: () => [{ tools: [{ tool: '', input: {} }] }, { text: 'Told.' }],
  },
];

/** Invalid numbers of tokens. */
const NUMBER_ROWS: readonly ModelEnding[] = [
  ...[10.5, -3, 1e30].map((count) =>
    habit(
      `${count} tokens`,
      OPENAI,
      {
        frames: [
          chunk({ role: 'assistant', content: 'Whole.' }),
          chunk({}, 'stop'),
          { ...chunk({}), choices: [], usage: { prompt_tokens: count, completion_tokens: count, total_tokens: count } },
          DONE,
        ],
      },
      whole,
    ),
  ),
  ...[10.5, -3, 1e30].map((count) =>
    habit(
      `${count} tokens`,
      ANTHROPIC,
      {
        frames: [
          messageStart({ input_tokens: count, output_tokens: count, cache_read_input_tokens: count }),
          ...textBlock(0, 'Whole.'),
          ...messageEnd('end_turn', { output_tokens: count }),
        ],
      },
      whole,
    ),
  ),
  habit(
    'tokens as texts',
    OPENAI,
    {
      frames: [
        chunk({ role: 'assistant', content: 'Whole.' }),
        chunk({}, 'stop'),
        { ...chunk({}), choices: [], usage: { prompt_tokens: '10', completion_tokens: null, total_tokens: {} } },
        DONE,
      ],
    },
    whole,
  ),
].map((row) => ({ ...row, group: 'usage' as const }));

/** Rows for further servers. */
export const HABIT_ROWS: readonly ModelEnding[] = [
  ...WORD_ROWS,
  ...MODERATION_ROWS,
  ...FRAME_ROWS,
  ...CALL_ROWS,
  ...NUMBER_ROWS,
];

function habit(
  name: string,
  formats: ModelEnding['formats'],
  step: ScriptStep | ((format: 'openai' | 'anthropic') => ScriptStep),
  outcomes: readonly EndingOutcome[],
): ModelEnding {
  const steps: ModelEnding['steps'] = (_tools, format) => [typeof step === 'function' ? step(format) : step];
  return { name, group: 'shape', formats, steps, outcomes };
}

function word(stop: string, outcomes: readonly EndingOutcome[]): ModelEnding {
  return { ...habit(`the word "${stop}"`, OPENAI, { text: 'Half', stop }, outcomes), group: 'stop' };
}

/** A call that must not run; the next answer of the model is `Told.`. */
function call(
  name: string,
  formats: ModelEnding['formats'],
  make: (act: ScriptedToolCall, format: 'openai' | 'anthropic') => ScriptStep,
): ModelEnding {
  return {
    name,
    group: 'tool',
    formats,
    steps: ({ act }, format) => [make(act, format), { text: 'Told.' }],
    outcomes: [
      ...finishes('stop', 'Told.'),
      ...finishes('length'),
      ...finishes('content-filter'),
      ...finishes('refusal'),
      { error: 'invalid-request', retryable: false },
      ...UNAVAILABLE,
    ],
    mustNotAct: true,
  };
}
