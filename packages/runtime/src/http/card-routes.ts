import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { Router } from 'express';
import { wireCard } from '../a2a/wire-card.js';

/** Long enough that a busy client does not ask each time, short enough that a new skill is seen soon. */
const MAX_AGE_SECONDS = 300;

/** The public agent card: the same for all, whatever `A2A-Version` says. */
export function cardRoutes(requestHandler: A2ARequestHandler, changedAt: () => Date): Router {
  const router = Router();
  router.get('/', (_request, response, next) => {
    requestHandler
      .getAgentCard()
      .then((card) => {
        response.setHeader('Content-Type', 'application/json');
        response.setHeader('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
        response.setHeader('Last-Modified', changedAt().toUTCString());
        response.json(wireCard(card));
      })
      .catch(next);
  });
  return router;
}
