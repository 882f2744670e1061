import { Writable } from 'node:stream';
import { LegacyA2AService, legacyGrpcService } from '@a2a-js/sdk/compat/v0_3/server/grpc';
import type { ServerCallContextBuilder } from '@a2a-js/sdk/server';
import { A2AService, grpcService, type UserBuilder } from '@a2a-js/sdk/server/grpc';
import { hasCode } from '../../../tasks/a2a-errors.js';
import { callContext } from '../../a2a/caller.js';
import type { NumberedRequestHandler } from '../../a2a/numbered-event.js';
import { callerWith, type GrpcCaller } from '../calls/caller-of-call.js';
import { withReadableRequests } from '../requests/readable-requests.js';
import type { Service } from '../service.js';
import { recordedHandler } from './recorded-handler.js';

/** The protocol version of each service of A2A: the two have different messages, so the service decides on the version. */
export const A2A_VERSIONS = { 'lf.a2a.v1.A2AService': '1.0', 'a2a.v1.A2AService': '0.3' } as const;

/** The services of A2A, in both protocol versions, on the request handler. The SDK reads the requests and writes the answers. */
export function a2aServices(handler: NumberedRequestHandler): readonly Service[] {
  const requestHandler = recordedHandler(handler);
  const optionsFor = (version: string) => ({ userBuilder, contextBuilder: contextFor(version) });
  return [
    {
      name: 'lf.a2a.v1.A2AService',
      definition: withReadableRequests(A2AService),
      implementation: grpcService({
        requestHandler: {
          ...requestHandler,
          // The client in Go sends 0 for a size that is not given.
          listTasks: (request, context) =>
            requestHandler.listTasks({ ...request, pageSize: request.pageSize || undefined }, context),
        },
        ...optionsFor(A2A_VERSIONS['lf.a2a.v1.A2AService']),
      }),
    },
    {
      name: 'a2a.v1.A2AService',
      definition: withReadableRequests(LegacyA2AService),
      implementation: legacyGrpcService({
        requestHandler: {
          ...requestHandler,
          getAuthenticatedExtendedAgentCard: extendedOrPublic(requestHandler),
          // Its messages cannot tell 0 from a length that is not given.
          getTask: (request, context) =>
            requestHandler.getTask({ ...request, historyLength: request.historyLength || undefined }, context),
        },
        ...optionsFor(A2A_VERSIONS['a2a.v1.A2AService']),
      }),
    },
  ];
}

/** 0.3 has one call for the card, whichever there is. */
function extendedOrPublic(
  handler: NumberedRequestHandler,
): NumberedRequestHandler['getAuthenticatedExtendedAgentCard'] {
  return (request, context) =>
    handler.getAuthenticatedExtendedAgentCard(request, context).catch((error: unknown) => {
      if (hasCode(error, 'EXTENDED_CARD_OFF')) return handler.getAgentCard();
      throw error;
    });
}

const userBuilder: UserBuilder = async (call) => {
  const caller = callerWith(call.metadata);
  if (call instanceof Writable) caller.call.client.writesTo(call);
  return caller;
};

function contextFor(version: string): ServerCallContextBuilder {
  return ({ user }) => callContext(user as GrpcCaller, version);
}
