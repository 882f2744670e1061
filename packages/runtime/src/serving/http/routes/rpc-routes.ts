import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { Logger } from '@molecule/adapters';
import type { RequestHandler } from 'express';
import { isLegacyContext } from '../../a2a/caller.js';
import type { NumberedRequestHandler } from '../../a2a/numbered-event.js';
import type { Json } from '../../sdk/json.js';
import { isStream } from '../../sdk/numbered-stream.js';
import { stableCodeIn } from '../../sdk/refusals.js';
import { RpcTransport } from '../../sdk/rpc-transport.js';
import { sendEvents } from '../answers/event-stream.js';
import { withPlatformUsage } from '../answers/platform-usage.js';
import { type ProtocolError, sendProtocolError } from '../answers/protocol-error.js';
import { sendAnswer } from '../answers/send-answer.js';
import { isNotification, requestId } from '../binding/binding.js';
import { namesVersion, versionOf } from '../binding/protocol-version.js';
import { isStreamingMethod, missingMethod, withoutStream } from '../binding/rpc-methods.js';
import { contextOf } from '../guards/authenticate.js';

type Call = Json & { readonly method: string; readonly params?: unknown };

/** The JSON-RPC binding of both protocol versions. */
export function rpcRoutes(requestHandler: NumberedRequestHandler, logger: Logger): RequestHandler {
  const transport = new RpcTransport(requestHandler);
  return async (request, response) => {
    const call = request.body as Call;
    const missing = missingMethod(call.method, versionOf(request), namesVersion(request));
    if (missing !== undefined) return sendProtocolError(request, response, methodNotFound(missing));
    const context = contextOf(response);
    if (isNotification(request)) {
      const answer = await executeNotification(transport, call, context);
      if (isMalformed(answer)) return sendAnswer(request, response, answer);
      if (answer?.['error'] !== undefined) {
        logger.warn('a notification failed', { method: call.method, code: stableCodeIn(answer) });
      }
      response.status(204).end();
      return;
    }
    const errorAnswer = (error: unknown) => transport.error(error, requestId(request), context);
    if (!isStreamingMethod(call.method)) {
      const answer = withPlatformUsage(await transport.answer(call, context));
      try {
        return sendAnswer(request, response, answer);
      } catch (error) {
        // Its text is longer than a string can be.
        return sendAnswer(request, response, errorAnswer(error));
      }
    }
    const answer = await transport.stream(call, context);
    if (!isStream(answer)) return sendAnswer(request, response, answer);
    const named = isLegacyContext(context) ? {} : { name: 'error' };
    try {
      await sendEvents(response, answer, (error) => ({ data: errorAnswer(error), ...named }));
    } catch (error) {
      sendAnswer(request, response, errorAnswer(error));
    }
  };
}

/** Executes a call without an id, and does not wait for its turn. `undefined` if the method has no form without a stream. */
async function executeNotification(
  transport: RpcTransport,
  call: Call,
  context: ServerCallContext,
): Promise<Json | undefined> {
  const method = withoutStream(call.method);
  if (method === undefined) return undefined;
  return transport.answer({ ...call, method, params: returningImmediately(call.params) }, context);
}

/** True for a call that could not be read: it is answered, since its id may be missing by mistake. No other notification is. */
function isMalformed(answer: Json | undefined): answer is Json {
  const { code } = (answer?.['error'] ?? {}) as { readonly code?: unknown };
  return code === -32600 || code === -32602;
}

/** The parameters of a send that returns when the message is accepted. Other methods have no `configuration`. */
function returningImmediately(params: unknown): unknown {
  if (typeof params !== 'object' || params === null || !('message' in params)) return params;
  const { configuration } = params as { readonly configuration?: unknown };
  return {
    ...params,
    configuration: { ...(configuration as object | undefined), returnImmediately: true, blocking: false },
  };
}

function methodNotFound(message: string): ProtocolError {
  return { status: 200, rpcCode: -32601, statusName: 'NOT_FOUND', code: 'METHOD_NOT_FOUND', message };
}
