import { EngineError } from '../errors/engine-error.js';
import { providerError } from '../errors/provider-error.js';

/** `APICallError` of the AI SDK. */
interface CallError extends Error {
  readonly statusCode?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
}

/** Why a call of a model by the AI SDK failed, in the contract's terms: the runtime tries again what may pass by itself. */
export function modelError(error: unknown): EngineError {
  if (EngineError.is(error)) return error;
  if (!(error instanceof Error)) return told(error);
  const { message, statusCode, responseHeaders, responseBody } = error as CallError;
  return providerError({
    status: statusCode,
    message,
    details: responseBody,
    headers: responseHeaders,
    cause: error,
  });
}

/** What a provider says inside of its answer. */
function told(error: unknown): EngineError {
  const { message } = (typeof error === 'object' && error !== null ? error : {}) as { readonly message?: unknown };
  const details = JSON.stringify(error);
  return providerError({
    message: typeof message === 'string' ? message : String(error),
    details,
    cause: new Error(`The provider broke off its answer with ${details}`),
  });
}
