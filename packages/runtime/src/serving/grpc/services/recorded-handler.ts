import type { ServerCallContext } from '@a2a-js/sdk/server';
import { callerOf } from '../../a2a/caller.js';
import type { NumberedRequestHandler } from '../../a2a/numbered-event.js';
import { wrapHandler } from '../../a2a/wrapped-handler.js';
import type { GrpcCaller } from '../calls/caller-of-call.js';
import type { OpenCall } from '../calls/open-call.js';

/** The handler for the SDK's services, which tells each call its error and the numbers of its events: the SDK keeps neither. */
export function recordedHandler(handler: NumberedRequestHandler): NumberedRequestHandler {
  return wrapHandler(handler, {
    async once({ context }, next) {
      try {
        return await next();
      } catch (error) {
        openCallOf(context).failed(error);
        throw error;
      }
    },
    async *streamed({ context }, next) {
      const call = openCallOf(context);
      try {
        for await (const event of next()) {
          call.yields(event.seq);
          yield event;
        }
      } catch (error) {
        call.failed(error);
        throw error;
      } finally {
        call.answered();
      }
    },
  });
}

function openCallOf(context: ServerCallContext): OpenCall {
  return (callerOf(context) as GrpcCaller).call;
}
