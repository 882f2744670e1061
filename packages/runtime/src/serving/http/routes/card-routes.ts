import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { Router } from 'express';
import { cardJson } from '../../sdk/card-json.js';
import { sendJson } from '../answers/send-answer.js';

/** Busy clients need not fetch the card again for each request, and still see a new skill after some minutes. */
const MAX_AGE_SECONDS = 300;

/** The public agent card: the same for every protocol version. */
export function cardRoutes(requestHandler: A2ARequestHandler, changedAt: () => Date): Router {
  const router = Router();
  router.get('/', async (_request, response) => {
    const card = await requestHandler.getAgentCard();
    response.setHeader('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
    response.setHeader('Last-Modified', changedAt().toUTCString());
    sendJson(response, cardJson(card));
  });
  return router;
}
