import { cutText } from '../text/whole-characters.js';
import { EngineError, type EngineErrorOptions } from './engine-error.js';

/** How a call of a model has failed, as far as the provider's client says. */
export interface ProviderFailure {
  /** The HTTP status; absent if the provider failed inside an answer, or gave none. */
  readonly status?: number | undefined;
  /** The provider's message. The caller reads its first line if the provider refuses the request. */
  readonly message?: string | undefined;
  /** What else the provider says: the type and the code of its error, or the body of its answer. The caller does not read it. */
  readonly details?: string | undefined;
  /** The headers of the answer, in lower case, for `retry-after`. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** The error of the provider's client, for the log. */
  readonly cause?: unknown;
}

interface Verdict {
  readonly code: EngineError['code'];
  readonly retryable?: boolean;
}

const LONGEST_MESSAGE = 300;

/** These words count more than a status. */
const STRONG_WORDS: readonly (readonly [RegExp, Verdict])[] = [
  [/context.?(length|window)|prompt is too long|too many input tokens/, { code: 'context-overflow' }],
  [
    /insufficient.(quota|credits|balance)|billing_(error|not_active|hard_limit)/,
    { code: 'rate-limit', retryable: false },
  ],
  // Gateways answer with the status of a refused key.
  [/moderation|flagged|content.?(filter|policy)/, { code: 'invalid-request' }],
];

/** A quota that is used up, unless the provider says when there is more of it: Gemini says the same of a limit for a minute. */
const QUOTA = /exceeded your current quota/;
const WAIT = /(try again|retry) (in|after) ~?\d|retry.?delay/;

const WORDS: readonly (readonly [RegExp, Verdict])[] = [
  [/rate.?limit|too.many.requests|exceeded your current quota/, { code: 'rate-limit' }],
  [/overloaded/, { code: 'overloaded' }],
  [/authentication|permission_|invalid.api.key|unauthorized|forbidden/, { code: 'auth' }],
  [/invalid.request|bad.?request|not.found|request.too.large/, { code: 'invalid-request' }],
];

const SAYS: Readonly<Partial<Record<EngineError['code'], string>>> = {
  auth: 'refuses the key, or what the key may do',
  'rate-limit': 'limits the calls',
  overloaded: 'is overloaded',
  'invalid-request': 'refuses the request',
  'context-overflow': 'says that the conversation no longer fits the model',
};

/**
 * The error for a failed call of a model, for engines whose client gives a status, headers and words. Providers fail with these in different
 * ways, also inside an answer with status 200. What nothing is known of counts as `unavailable`, because most of it passes by itself.
 */
export function providerError(failure: ProviderFailure): EngineError {
  const { message = '', details = '', headers = {}, cause } = failure;
  const words = `${message} ${details}`.toLowerCase();
  const status = failure.status ?? statusIn(details);
  const retryAfterMs = waitOf(headers);
  const isUsedUp = QUOTA.test(words) && retryAfterMs === undefined && !WAIT.test(words);
  const { code, ...verdict } = found(STRONG_WORDS, words) ??
    (isUsedUp ? { code: 'rate-limit', retryable: false } : undefined) ??
    (status !== undefined && status >= 400 ? byStatus(status) : undefined) ??
    found(WORDS, words) ?? { code: 'unavailable' };
  const says = SAYS[code] ?? 'cannot be reached, or broke off its answer';
  const [line = ''] = message.split('\n', 1);
  const detail = code === 'invalid-request' && line !== '' ? `: ${cutText(line, LONGEST_MESSAGE)}` : '.';
  const options: EngineErrorOptions = { ...verdict, cause, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return new EngineError(
    code,
    `The model's provider ${says}${status === undefined ? '' : ` (${status})`}${detail}`,
    options,
  );
}

function byStatus(status: number): Verdict {
  if (status === 402) return { code: 'rate-limit', retryable: false };
  const { code, retryable } = EngineError.fromHttpStatus(status, '');
  // A timeout and a conflict pass by themselves.
  return { code, retryable: retryable || status === 408 || status === 409 };
}

function found(table: typeof WORDS, words: string): Verdict | undefined {
  return table.find(([pattern]) => pattern.test(words))?.[1];
}

/** The status that an error inside of an answer names as its code. */
function statusIn(details: string): number | undefined {
  const [, code] = /"(?:code|status)"\s*:\s*"?([45]\d\d)\b/.exec(details) ?? [];
  return code === undefined ? undefined : Number(code);
}

/** Milliseconds; the header has seconds or a date. */
function waitOf({ 'retry-after-ms': exact, 'retry-after': wait }: Readonly<Record<string, string | undefined>>) {
  if (exact !== undefined && Number(exact) >= 0) return Number(exact);
  if (wait === undefined) return undefined;
  const milliseconds = /^\d+$/.test(wait) ? Number(wait) * 1000 : Date.parse(wait) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
