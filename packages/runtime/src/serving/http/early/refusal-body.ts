import { type A2AError, toJsonRpcError } from '@a2a-js/sdk/errors';
import type { Json } from '../../sdk/json.js';
import { toLegacyError } from '../../sdk/legacy-errors.js';
import { toLegacyRestRefusal } from '../../sdk/legacy-rest-transport.js';
import { toRestRefusal } from '../../sdk/refusals.js';
import { jsonText } from '../answers/json-text.js';
import { answerWithStatus } from '../answers/own-status-answer.js';
import type { NewMessage } from './new-message.js';

/** An answer to a refused message, as the application gives it. */
export interface RefusalBody {
  readonly body: string;
  /** HTTP status. */
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterSeconds: number;
}

/** @param error one after which the message can be sent again */
export function refusalBody(error: A2AError, message: NewMessage): RefusalBody {
  const { body, own } = answerWithStatus(answerFor(error, message));
  const { status = 503, retryAfterSeconds = 1 } = own ?? {};
  return { body: jsonText(body), status, contentType: message.answerType, retryAfterSeconds };
}

function answerFor(error: A2AError, { form, rpcId }: NewMessage): Json {
  switch (form) {
    case 'rpc':
      return { jsonrpc: '2.0', id: rpcId, error: { ...toJsonRpcError(error) } };
    case 'rest':
      return toRestRefusal(error).body;
    case 'legacy-rest':
      return toLegacyRestRefusal(toLegacyError(error)).body;
  }
}
