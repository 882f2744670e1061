import { LegacyJsonRpcTransportHandler } from '@a2a-js/sdk/compat/v0_3/server';
import { toJsonRpcError } from '@a2a-js/sdk/errors';
import { JsonRpcTransportHandler, type ServerCallContext } from '@a2a-js/sdk/server';
import { isLegacyContext } from '../a2a/caller.js';
import type { NumberedEvents, NumberedRequestHandler } from '../a2a/numbered-event.js';
import { finalAtQuestion, markedResult } from './final-at-question.js';
import type { Json, NumberedStream, WrittenStream } from './json.js';
import { isStream, openNumbered, partialHandler, writtenStream } from './numbered-stream.js';
import { completeRpcAnswer } from './refusals.js';

type RpcId = string | number | null;

/** JSON-RPC of both protocol versions: reads a call, has the request handler execute it, and writes the answer. Free of HTTP. */
export class RpcTransport {
  readonly #handler: NumberedRequestHandler;
  readonly #current: JsonRpcTransportHandler;
  readonly #legacy: LegacyJsonRpcTransportHandler;

  constructor(handler: NumberedRequestHandler) {
    this.#handler = handler;
    this.#current = new JsonRpcTransportHandler(handler);
    this.#legacy = new LegacyJsonRpcTransportHandler(handler);
  }

  /** The answer to a call of a method that answers once. An error is an answer too. */
  async answer(call: Json, context: ServerCallContext): Promise<Json> {
    const transport = isLegacyContext(context) ? this.#legacy : this.#current;
    return completeRpcAnswer((await transport.handle(call, context)) as unknown as Json);
  }

  /** The answers to a call of a streaming method; a single answer if the call is refused before its stream begins. */
  async stream(call: Json, context: ServerCallContext): Promise<NumberedStream | WrittenStream | Json> {
    const answer = await (isLegacyContext(context) ? this.#legacyStream(call, context) : this.#stream(call, context));
    return isStream(answer) ? answer : completeRpcAnswer(answer);
  }

  /** The answer for an error that ended a stream. */
  error(error: unknown, id: RpcId, context: ServerCallContext): Json {
    const told = isLegacyContext(context)
      ? LegacyJsonRpcTransportHandler.mapToLegacyJSONRPCError(error)
      : toJsonRpcError(error);
    return completeRpcAnswer({ jsonrpc: '2.0', id, error: told });
  }

  async #legacyStream(call: Json, context: ServerCallContext): Promise<NumberedStream | Json> {
    const answer = await openNumbered(this.#handler, (handler) =>
      new LegacyJsonRpcTransportHandler(handler).handle(call, context),
    );
    return isStream(answer) ? finalAtQuestion(answer, markedResult) : answer;
  }

  /** The SDK's transport only reads the call: it would write each event again for each of its readers. */
  async #stream(call: Json, context: ServerCallContext): Promise<WrittenStream | Json> {
    let events: NumberedEvents | undefined;
    const keep = (opened: NumberedEvents) => {
      events = opened;
      return opened;
    };
    const handler = partialHandler({
      getAgentCard: () => this.#handler.getAgentCard(),
      sendMessageStream: (request, own) => keep(this.#handler.sendMessageStream(request, own)),
      resubscribe: (request, own) => keep(this.#handler.resubscribe(request, own)),
    });
    const answer = await new JsonRpcTransportHandler(handler).handle(call, context);
    if (!events) return answer as unknown as Json;
    const id = JSON.stringify(call['id'] ?? null);
    return writtenStream(events, (json) => `{"jsonrpc":"2.0","id":${id},"result":${json}}`);
  }
}
