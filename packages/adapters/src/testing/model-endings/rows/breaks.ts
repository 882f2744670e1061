import type { ScriptStep } from '../../scripted-model/script-step.js';
import {
  ANTHROPIC,
  BOTH,
  cutCall,
  type EndingOutcome,
  finishes,
  type ModelEnding,
  OPENAI,
  UNAVAILABLE,
} from '../model-ending.js';

const HALF = 'The first half of the answer';

/** Streams that break off. */
export const CUT_ROWS: readonly ModelEnding[] = [
  row('a stream that closes within the answer', BOTH, { text: HALF, end: 'no-mark' }, UNAVAILABLE),
  row('a stream that closes before any text', BOTH, { end: 'no-mark' }, UNAVAILABLE),
  row('a stream that closes within the reasoning', BOTH, { think: 'hm hm', end: 'no-mark' }, UNAVAILABLE),
  // Some gateways add the last mark to an answer that broke off, and some small servers never send a reason.
  row('a last mark without a stop reason', BOTH, { text: HALF, end: 'no-reason' }, [
    ...UNAVAILABLE,
    ...finishes('stop', HALF),
  ]),
  row('a stop reason without a last mark', BOTH, { text: HALF, end: 'no-last-mark' }, [
    ...finishes('stop', HALF),
    ...UNAVAILABLE,
  ]),
  row('a connection that is cut within the answer', BOTH, { text: `${HALF}.`, cut: 2, chunkMs: 5 }, UNAVAILABLE),
  row(
    'a frame that is cut in the middle',
    OPENAI,
    { frames: ['data: {"id":"x","choices":[{"index":0,"del'] },
    UNAVAILABLE,
  ),
  row('an empty stream', BOTH, { frames: [] }, UNAVAILABLE),
  row('a stream of [DONE] only', OPENAI, { frames: ['data: [DONE]'] }, UNAVAILABLE),
  row(
    'a stream of keep-alives only',
    OPENAI,
    { frames: [': OPENROUTER PROCESSING', ': OPENROUTER PROCESSING'] },
    UNAVAILABLE,
  ),
  {
    name: 'a stream that closes after a whole tool call',
    group: 'cut',
    formats: BOTH,
    steps: ({ act }) => [{ text: 'Acting.', tools: [act], end: 'no-mark' }],
    outcomes: UNAVAILABLE,
    mustNotAct: true,
  },
  {
    name: 'a stream that closes in the middle of a tool call',
    group: 'cut',
    formats: BOTH,
    steps: ({ act }) => [{ text: 'Acting.', tools: [cutCall(act)], end: 'no-mark' }],
    outcomes: UNAVAILABLE,
    mustNotAct: true,
  },
];

const overloaded: readonly EndingOutcome[] = [{ error: 'overloaded', retryable: true }];
const limited: readonly EndingOutcome[] = [{ error: 'rate-limit', retryable: true }];
const usedUp: readonly EndingOutcome[] = [
  { error: 'rate-limit', retryable: false },
  { error: 'invalid-request', retryable: false },
  { error: 'auth', retryable: false },
];
const refused: readonly EndingOutcome[] = [{ error: 'invalid-request', retryable: false }];
const unauthorized: readonly EndingOutcome[] = [{ error: 'auth', retryable: false }];
const overflow: readonly EndingOutcome[] = [{ error: 'context-overflow', retryable: false }];

/** Errors with status 200. */
export const ERROR_ROWS: readonly ModelEnding[] = [
  error(
    "OpenRouter's fault within the answer",
    OPENAI,
    {
      id: 'gen-1',
      provider: 'X',
      error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    },
    UNAVAILABLE,
    HALF,
  ),
  error("OpenRouter's 502 within the answer", OPENAI, { error: { code: 502, message: 'Upstream' } }, UNAVAILABLE, HALF),
  error(
    "OpenRouter's rate limit",
    OPENAI,
    { error: { code: 429, message: 'Rate limit exceeded: free-models-per-min' } },
    limited,
  ),
  error("OpenRouter's empty purse", OPENAI, { error: { code: 402, message: 'Insufficient credits' } }, usedUp),
  error(
    "OpenRouter's refusal of the key",
    OPENAI,
    { error: { code: 401, message: 'No auth credentials found' } },
    unauthorized,
  ),
  error(
    "OpenRouter's refusal of the request",
    OPENAI,
    { error: { code: 400, message: 'Provider returned error' } },
    refused,
  ),
  error("OpenRouter's overload", OPENAI, { error: { code: 503, message: 'No instances available' } }, overloaded),
  error(
    "OpenAI's server_error",
    OPENAI,
    { error: { message: 'The server had an error', type: 'server_error', code: null } },
    UNAVAILABLE,
    HALF,
  ),
  error(
    "OpenAI's used-up quota",
    OPENAI,
    { error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' } },
    usedUp,
  ),
  error(
    "OpenAI's rate limit",
    OPENAI,
    { error: { message: 'Rate limit reached', type: 'tokens', code: 'rate_limit_exceeded' } },
    limited,
  ),
  error(
    "OpenAI's full context",
    OPENAI,
    {
      error: {
        message: "This model's maximum context length is 8192 tokens.",
        type: 'invalid_request_error',
        code: 'context_length_exceeded',
      },
    },
    overflow,
  ),
  error(
    "vLLM's fault",
    OPENAI,
    { error: { object: 'error', message: 'EngineCore died', type: 'InternalServerError', code: 500 } },
    UNAVAILABLE,
    HALF,
  ),
  error(
    "older vLLM's fault",
    OPENAI,
    { object: 'error', message: 'EngineCore died', type: 'InternalServerError', param: null, code: 500 },
    UNAVAILABLE,
    HALF,
  ),
  error(
    "vLLM's refusal",
    OPENAI,
    { error: { object: 'error', message: 'bad sampling', type: 'BadRequestError', code: 400 } },
    refused,
  ),
  error('an error that is a text', OPENAI, { error: 'upstream failed' }, UNAVAILABLE, HALF),
  error('an unknown error', OPENAI, { error: { message: 'Something', code: 'weird_thing' } }, UNAVAILABLE, HALF),
  anthropic('overloaded_error', 'Overloaded', overloaded, HALF),
  anthropic('api_error', 'Internal server error', UNAVAILABLE, HALF),
  anthropic('api_error', 'Internal server error', UNAVAILABLE),
  anthropic('timeout_error', 'Timed out', UNAVAILABLE, HALF),
  anthropic('rate_limit_error', 'Too many', limited),
  anthropic('invalid_request_error', 'messages: bad', refused),
  anthropic('authentication_error', 'invalid x-api-key', unauthorized),
  anthropic('permission_error', 'not allowed', unauthorized),
  anthropic('error_of_tomorrow', 'Something', UNAVAILABLE, HALF),
  {
    name: 'an error after a whole tool call',
    group: 'error',
    formats: BOTH,
    steps: ({ act }, format) => [{ tools: [act], streamError: serverError(format) }],
    outcomes: UNAVAILABLE,
    mustNotAct: true,
  },
  {
    name: 'an error in the answer after a tool',
    group: 'error',
    formats: BOTH,
    steps: ({ look }, format) => [
      { text: 'Let me look.', tools: [look] },
      { text: HALF, streamError: serverError(format) },
    ],
    outcomes: UNAVAILABLE,
  },
];

function serverError(format: 'openai' | 'anthropic') {
  return format === 'openai'
    ? { error: { code: 502, message: 'Upstream' } }
    : { type: 'error', error: { type: 'api_error', message: 'Internal server error' } };
}

const json = (value: unknown) => ({ page: { body: JSON.stringify(value), contentType: 'application/json' } });
const SIGN_IN = '<!doctype html><html><body>Sign in to the network</body></html>';
const maybe: readonly EndingOutcome[] = [...UNAVAILABLE, { error: 'unavailable', retryable: false }];

/** Bodies with status 200 that are no stream. */
export const PAGE_ROWS: readonly ModelEnding[] = [
  page('the sign-in page of a network', BOTH, { page: { body: SIGN_IN } }, maybe),
  page(
    'a page with the content type of a stream',
    BOTH,
    { page: { body: SIGN_IN, contentType: 'text/event-stream' } },
    maybe,
  ),
  page(
    'a page with the content type of JSON',
    BOTH,
    { page: { body: SIGN_IN, contentType: 'application/json' } },
    maybe,
  ),
  page('an empty body', BOTH, { page: { body: '', contentType: 'application/json' } }, UNAVAILABLE),
  page('JSON without content', BOTH, json({}), maybe),
  page('a plain text', BOTH, { page: { body: 'OK', contentType: 'text/plain' } }, maybe),
  page(
    "OpenRouter's error body",
    OPENAI,
    json({ error: { code: 502, message: 'Upstream error from X' } }),
    UNAVAILABLE,
  ),
  page("OpenRouter's rate limit as a body", OPENAI, json({ error: { code: 429, message: 'Rate limited' } }), limited),
  page(
    'an error body',
    ANTHROPIC,
    json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    overloaded,
  ),
];

/** Errors with an HTTP status. */
export const STATUS_ROWS: readonly ModelEnding[] = [
  status(400, refused),
  status(401, unauthorized),
  status(403, unauthorized),
  status(404, refused),
  status(429, limited),
  status(500, UNAVAILABLE),
  status(502, UNAVAILABLE),
  status(503, [...overloaded, ...UNAVAILABLE]),
  status(529, [...overloaded, ...UNAVAILABLE]),
  {
    name: 'status 400: the conversation is too long',
    group: 'status',
    formats: BOTH,
    steps: (_tools, format) => [
      format === 'openai'
        ? {
            status: 400,
            errorText: "This model's maximum context length is 8192 tokens.",
            errorType: 'invalid_request_error',
          }
        : { status: 400, errorText: 'prompt is too long: 200001 tokens > 200000 maximum' },
    ],
    outcomes: overflow,
  },
];

function row(
  name: string,
  formats: ModelEnding['formats'],
  step: ScriptStep,
  outcomes: readonly EndingOutcome[],
): ModelEnding {
  return { name, group: 'cut', formats, steps: () => [step], outcomes };
}

function error(
  name: string,
  formats: ModelEnding['formats'],
  streamError: Readonly<Record<string, unknown>>,
  outcomes: readonly EndingOutcome[],
  before = '',
): ModelEnding {
  return { ...row(name, formats, { text: before, streamError }, outcomes), group: 'error' };
}

function anthropic(type: string, message: string, outcomes: readonly EndingOutcome[], before = ''): ModelEnding {
  const place = before === '' ? 'before any text' : 'within the answer';
  return error(`${type} ${place}`, ANTHROPIC, { type: 'error', error: { type, message } }, outcomes, before);
}

function page(
  name: string,
  formats: ModelEnding['formats'],
  step: ScriptStep,
  outcomes: readonly EndingOutcome[],
): ModelEnding {
  return { ...row(name, formats, step, outcomes), group: 'page' };
}

function status(code: number, outcomes: readonly EndingOutcome[]): ModelEnding {
  return { ...row(`status ${code}`, BOTH, { status: code }, outcomes), group: 'status' };
}
