import { AgentCard } from '@a2a-js/sdk';
import { legacyAgentCardRouter } from '@a2a-js/sdk/compat/v0_3/server/express';
import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { agentCardHandler } from '@a2a-js/sdk/server/express';
import { Router } from 'express';

/** The public agent card, for protocol 1.0 and 0.3: the `A2A-Version` header decides, and a cache must know that. */
export function cardRoutes(requestHandler: A2ARequestHandler, changedAt: () => Date): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.setHeader('Last-Modified', changedAt().toUTCString());
    next();
  });
  router.use(legacyAgentCardRouter({ agentCardProvider: requestHandler }));
  router.use((_request, response, next) => {
    response.vary('A2A-Version');
    next();
  });
  router.use(
    agentCardHandler({
      // The SDK would serve its internal shape; this is the one of the wire.
      agentCardProvider: async () => AgentCard.toJSON(await requestHandler.getAgentCard()) as AgentCard,
    }),
  );
  return router;
}
