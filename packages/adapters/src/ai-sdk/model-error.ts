import { EngineError, type EngineErrorCode } from '../errors/engine-error.js';
import { providerError } from '../errors/provider-error.js';
import { cutText } from '../text/whole-characters.js';

/** `APICallError` of the AI SDK. */
interface CallError extends Error {
  readonly statusCode?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
}

const LONGEST_MESSAGE = 300;

/** Errors of the AI SDK for calls that it does not make; the next attempt would end in the same way. */
const NOT_MADE: readonly (readonly [RegExp, EngineErrorCode])[] = [
  [/^AI_(Unsupported\w+|NoSuchModel|NoSuchProviderReference)Error$/, 'unsupported'],
  [/^AI_Load(APIKey|Setting)Error$/, 'auth'],
  [
    /^AI_(InvalidPrompt|InvalidArgument|MissingToolResults|InvalidToolApproval|ToolCallNotFoundForApproval)Error$/,
    'invalid-request',
  ],
];

/** Why a call of a model by the AI SDK failed, in the contract's terms: the runtime tries again what may pass by itself. */
export function modelError(error: unknown): EngineError {
  if (EngineError.is(error)) return error;
  if (!(error instanceof Error)) return told(error);
  const { message, statusCode, responseHeaders, responseBody } = error as CallError;
  const [, code] = NOT_MADE.find(([name]) => name.test(error.name)) ?? [];
  if (code) {
    const [line = ''] = message.split('\n', 1);
    return new EngineError(code, `The AI SDK does not make this call: ${cutText(line, LONGEST_MESSAGE)}`, {
      cause: error,
    });
  }
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
