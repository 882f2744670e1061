import { StreamResponse } from '@a2a-js/sdk';
import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import type { NumberedEvents, NumberedRequestHandler } from '../a2a/numbered-event.js';
import type { Json, NumberedStream, WrittenStream } from './json.js';

/**
 * Opens a stream of an SDK transport, and returns its JSON with the numbers of the events. The SDK's transports translate one
 * event at a time, in order, and drop the number.
 *
 * @param open makes the SDK's transport with the given handler, and calls it
 * @returns the stream; a single answer if the transport refused the call
 */
export async function openNumbered(
  handler: NumberedRequestHandler,
  open: (handler: A2ARequestHandler) => Promise<object>,
): Promise<NumberedStream | Json> {
  let seq = 0;
  async function* remember(events: NumberedEvents): NumberedEvents {
    for await (const event of events) {
      seq = event.seq;
      yield event;
    }
  }
  const answer = await open(
    partialHandler({
      getAgentCard: () => handler.getAgentCard(),
      sendMessageStream: (request, context) => remember(handler.sendMessageStream(request, context)),
      resubscribe: (request, context) => remember(handler.resubscribe(request, context)),
    }),
  );
  if (!(Symbol.asyncIterator in answer)) return answer as Json;
  const translated = answer as AsyncIterable<Json>;
  return (async function* () {
    for await (const data of translated) yield { seq, data };
  })();
}

/**
 * The events of a stream of protocol 1.0 as JSON, which the log has written already for most of them.
 *
 * @param wrap makes the text that is sent
 */
export async function* writtenStream(events: NumberedEvents, wrap = (json: string) => json): WrittenStream {
  for await (const event of events) {
    yield { seq: event.seq, json: wrap(event.json ?? JSON.stringify(StreamResponse.toJSON(event))) };
  }
}

export function isStream<Stream extends NumberedStream | WrittenStream>(answer: Stream | Json): answer is Stream {
  return Symbol.asyncIterator in answer;
}

/** A handler with only the operations that one call of an SDK transport uses. */
export function partialHandler(operations: Partial<A2ARequestHandler>): A2ARequestHandler {
  return operations as A2ARequestHandler;
}
