import { ContextOverflowError } from '@langchain/core/errors';
import { classifyRateLimitError } from '@langchain/core/utils/async_caller';
import { GraphRecursionError } from '@langchain/langgraph';
import { EngineError, type EngineErrorOptions } from '@molecule/adapters';

/** What the clients of providers put on their errors, as far as it matters here. */
interface ProviderError extends Error {
  readonly status?: number;
  readonly code?: string;
}

/** Longest piece of a provider's own words that goes into a message. */
const DETAIL_LIMIT = 300;

/** Why a turn failed, in the contract's terms. `provider` is named in the message; the original error is the cause. */
export function toEngineError(error: unknown, provider: string): EngineError {
  const chain = causes(error);
  // The clients wrap what the guard of the wire has thrown.
  const own = chain.find((link): link is EngineError => EngineError.is(link));
  // A cancel by the caller is reported through the signal; any other stop (a peer's task, a child) is a loss.
  if (own?.code === 'canceled') return new EngineError('engine-died', own.message, { cause: error });
  if (own !== undefined) return own;
  for (const link of chain) {
    const known = recognize(link, provider);
    if (known !== undefined) return new EngineError(known.code, known.message, { ...known.options, cause: error });
  }
  return new EngineError('internal', 'The agent failed for a reason that only its log tells.', { cause: error });
}

interface Recognized {
  readonly code: EngineError['code'];
  readonly message: string;
  readonly options?: EngineErrorOptions;
}

function recognize(error: ProviderError, provider: string): Recognized | undefined {
  if (ContextOverflowError.isInstance(error)) {
    return { code: 'context-overflow', message: `The conversation no longer fits the model of ${provider}.` };
  }
  if (error instanceof GraphRecursionError || error.name === 'GraphRecursionError') {
    const message = 'The agent used up its steps before it had an answer (runtime_config.max_steps).';
    return { code: 'too-many-steps', message };
  }
  if (typeof error.status === 'number') return fromStatus(error, error.status, provider);
  if (isAbort(error)) return { code: 'engine-died', message: 'A step of the agent was stopped from outside.' };
  if (isConnectionError(error)) {
    return { code: 'unavailable', message: `${provider} cannot be reached, or hung up in the middle of its answer.` };
  }
  return undefined;
}

function fromStatus(error: ProviderError, status: number, provider: string): Recognized {
  const { code, retryable } = EngineError.fromHttpStatus(status, '');
  const answered = `${provider} answered HTTP ${status}`;
  switch (code) {
    case 'auth':
      if (status === 403 && isAboutContent(error.message)) {
        return { code: 'invalid-request', message: `${answered}: ${firstLine(error.message)}` };
      }
      return { code, message: `${answered}: it refuses the key, or what the key may do.` };
    case 'rate-limit':
      return { code, ...rateLimit(error, answered) };
    case 'overloaded':
      return { code, message: `${answered}: it is overloaded.` };
    case 'invalid-request':
      if (status === 402) {
        return { code: 'rate-limit', message: `${answered}: the quota is used up.`, options: { retryable: false } };
      }
      // 408 and 409 pass by themselves.
      return {
        code,
        message: `${answered}: ${firstLine(error.message)}`,
        options: { retryable: status === 408 || status === 409 },
      };
    default:
      return { code, message: `${answered}.`, options: { retryable } };
  }
}

/** Gateways refuse with 403 both a key and a message that their moderation has flagged. */
function isAboutContent(message: string): boolean {
  return /moderation|flagged|content.?(policy|filter)|inappropriate/i.test(message);
}

function rateLimit(error: ProviderError, answered: string): { message: string; options: EngineErrorOptions } {
  const limit = classifyRateLimitError(error);
  if (limit?.action === 'stop') {
    return { message: `${answered}: the quota is used up.`, options: { retryable: false } };
  }
  const options = limit?.retryAfterMs === undefined ? {} : { retryAfterMs: limit.retryAfterMs };
  return { message: `${answered}: too many requests.`, options };
}

/** A provider's own words: the first line, without LangChain's hints, cut between characters. */
export function firstLine(message: string): string {
  const characters = [...(message.split('\n', 1)[0] ?? '').toWellFormed()];
  return characters.length > DETAIL_LIMIT ? `${characters.slice(0, DETAIL_LIMIT).join('')}...` : characters.join('');
}

const CONNECTION_CODES = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_)/;

function isConnectionError(error: ProviderError): boolean {
  if (typeof error.code === 'string' && CONNECTION_CODES.test(error.code)) return true;
  if (error.name === 'TimeoutError' || error.name.startsWith('APIConnection')) return true;
  // Node's fetch throws these bare words when the peer hangs up; the clients' own say "Connection error".
  return /^(terminated|fetch failed|Connection error|Request timed out|Premature close)/.test(error.message);
}

/** Of an abort that the turn's own signal did not ask for. */
function isAbort(error: Error): boolean {
  return error.name === 'AbortError' || error.name === 'APIUserAbortError' || error.message === 'AbortError';
}

/** The error and what caused it, the outermost first. */
function causes(error: unknown): ProviderError[] {
  const chain: ProviderError[] = [];
  let link = error;
  while (link instanceof Error && chain.length < 10) {
    chain.push(link);
    link = link.cause;
  }
  return chain;
}
