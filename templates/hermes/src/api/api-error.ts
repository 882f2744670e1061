import { EngineError } from '@molecule/adapters';

const LONGEST_MESSAGE = 500;

/** The error for an HTTP answer of the Hermes API itself that is not a success. */
export function apiError(status: number, body: unknown, headers: Headers): EngineError {
  const message = `Hermes answered HTTP ${status}: ${shorten(messageIn(body))}`;
  // Our key to Hermes is no key of the model's provider: a person cannot mend it by another provider key.
  if (status === 401 || status === 403) return new EngineError('unavailable', message, { retryable: false });
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {};
  return EngineError.fromHttpStatus(status, message, retryAfter);
}

/** The error for a run that Hermes reports as failed. The reason is only in its text. */
export function runError(text: string): EngineError {
  const message = runMessage(text);
  if (/context (length|window)|maximum context|too many tokens/i.test(text)) {
    return new EngineError('context-overflow', message);
  }
  const status = /\bHTTP (\d{3})\b/.exec(text) ?? /\bError code: (\d{3})\b/.exec(text);
  if (status) return EngineError.fromHttpStatus(Number(status[1]), message);
  if (/connection|timed? ?out|unreachable|network|empty stream|malformed|invalid API response/i.test(text))
    return new EngineError('unavailable', message);
  return new EngineError('internal', message);
}

/** What a caller reads of a run that failed. */
export function runMessage(text: string): string {
  return `Hermes could not finish: ${shorten(text)}`;
}

function messageIn(body: unknown): string {
  const error = typeof body === 'object' && body !== null ? (body as { error?: unknown }).error : undefined;
  const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : undefined;
  return typeof message === 'string' ? message : 'no reason given';
}

/** By code points: half of a pair is no text. */
function shorten(text: string): string {
  const points = [...text.toWellFormed().slice(0, 2 * LONGEST_MESSAGE + 2)];
  return points.length > LONGEST_MESSAGE ? `${points.slice(0, LONGEST_MESSAGE).join('')}...` : points.join('');
}
