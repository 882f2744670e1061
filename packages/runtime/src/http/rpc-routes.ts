import { LegacyJsonRpcTransportHandler } from '@a2a-js/sdk/compat/v0_3/server';
import { toJsonRpcError } from '@a2a-js/sdk/errors';
import { type A2ARequestHandler, JsonRpcTransportHandler, ServerCallContext } from '@a2a-js/sdk/server';
import type { Logger } from '@molecule/adapters';
import type { Request, RequestHandler, Response } from 'express';
import { errorCodeIn, withoutInternals } from './answers.js';
import { callerOfRequest } from './callers.js';
import { beginEvents, writeEvent } from './event-writer.js';
import { finalAtQuestion } from './final-at-question.js';
import { isNotification, requestId, sendProtocolError } from './protocol-error.js';
import { isLegacy, namesVersion, versionOf } from './protocol-version.js';
import { missingMethod, withoutStream } from './rpc-methods.js';

type Call = Record<string, unknown> & { readonly method: string; readonly params?: unknown };

type Answer = Readonly<Record<string, unknown>>;

/** The JSON-RPC binding of both versions, on the SDK's readers of requests. */
export function rpcRoutes(requestHandler: A2ARequestHandler, logger: Logger): RequestHandler {
  const current = new JsonRpcTransportHandler(requestHandler);
  const legacy = new LegacyJsonRpcTransportHandler(requestHandler);
  return async (request, response) => {
    const call = request.body as Call;
    const missing = missingMethod(call.method, versionOf(request), namesVersion(request));
    if (missing !== undefined) return sendProtocolError(request, response, methodNotFound(missing));
    const transport = isLegacy(request) ? legacy : current;
    const context = new ServerCallContext({
      user: await callerOfRequest(request),
      requestedVersion: versionOf(request),
    });
    if (isNotification(request)) {
      const answer = await handleUnanswered(transport, call, context);
      if (isMalformed(answer)) {
        response.json(answer);
        return;
      }
      if (answer?.['error'] !== undefined) {
        logger.warn('a notification failed', { method: call.method, code: errorCodeIn(answer) });
      }
      response.status(204).end();
      return;
    }
    const answer = (await transport.handle(call, context)) as Answer | AsyncGenerator<Answer>;
    if (isStream(answer)) await sendStream(answer, request, response);
    else response.json(answer);
  };
}

/** A call whose answer nobody waits for: what it starts is started, and nothing is waited for here either. */
async function handleUnanswered(
  transport: JsonRpcTransportHandler | LegacyJsonRpcTransportHandler,
  call: Call,
  context: ServerCallContext,
): Promise<Answer | undefined> {
  const method = withoutStream(call.method);
  if (method === undefined) return undefined;
  return (await transport.handle({ ...call, method, params: atOnce(call.params) }, context)) as unknown as Answer;
}

/**
 * A call that cannot be understood, of which nobody can say whether it was meant without an id. What was understood is not answered,
 * whatever came of it.
 */
function isMalformed(answer: Answer | undefined): boolean {
  const { code } = (answer?.['error'] ?? {}) as { readonly code?: unknown };
  return code === -32600 || code === -32602;
}

/** The parameters of a send that returns when the message is accepted; other methods know no `configuration`. */
function atOnce(params: unknown): unknown {
  if (typeof params !== 'object' || params === null || !('message' in params)) return params;
  const { configuration } = params as { readonly configuration?: unknown };
  return {
    ...params,
    configuration: { ...(configuration as object | undefined), returnImmediately: true, blocking: false },
  };
}

async function sendStream(stream: AsyncGenerator<Answer>, request: Request, response: Response): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  let next: IteratorResult<Answer>;
  try {
    next = await iterator.next();
  } catch (error) {
    response.json(errorAnswer(request, error));
    return;
  }
  beginEvents(response);
  try {
    for (; !next.done; next = await iterator.next()) {
      const { value } = next;
      writeEvent(response, isLegacy(request) ? { ...value, result: finalAtQuestion(value['result']) } : value);
    }
  } catch (error) {
    const told = withoutInternals(errorAnswer(request, error));
    writeEvent(response, told, isLegacy(request) ? undefined : 'error');
  } finally {
    response.end();
  }
}

function errorAnswer(request: Request, error: unknown): Answer {
  const told = isLegacy(request) ? LegacyJsonRpcTransportHandler.mapToLegacyJSONRPCError(error) : toJsonRpcError(error);
  return { jsonrpc: '2.0', id: requestId(request), error: told };
}

function methodNotFound(message: string) {
  return { status: 200, rpcCode: -32601, statusName: 'NOT_FOUND', code: 'METHOD_NOT_FOUND', message };
}

function isStream(answer: object): answer is AsyncGenerator<Answer> {
  return Symbol.asyncIterator in answer;
}
