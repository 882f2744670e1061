import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { type Response, Router } from 'express';
import { AGENT_CARD_PATH } from '../../../support/network/agent-card-path.js';
import type { AgentCards } from '../../a2a/card/agent-cards.js';
import { AI_CATALOG_PATH, AI_CATALOG_TYPE } from '../../a2a/card/ai-catalog.js';
import type { CardSigner } from '../../sdk/card-signer.js';
import { jsonText } from '../answers/json-text.js';
import { sendJson } from '../answers/send-answer.js';

/** Busy clients need not fetch the card again for each request, and still see a new skill after some minutes. */
const MAX_AGE_SECONDS = 300;

/** The agent's cards, and what signs them. */
export interface ServedCards {
  readonly cards: AgentCards;
  readonly signer: Pick<CardSigner, 'json'>;
}

/** The public agent card, the same for every protocol version, and the catalog that names it. */
export function cardRoutes(requestHandler: A2ARequestHandler, { cards, signer }: ServedCards): Router {
  const router = Router();
  const describe = (response: Response, signedAt = 0) => {
    response.setHeader('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
    const changedAt = Math.max(cards.changedAt.getTime(), signedAt);
    response.setHeader('Last-Modified', new Date(changedAt).toUTCString());
  };
  router.get(AGENT_CARD_PATH, async (_request, response) => {
    const { json, signedAt } = await signer.json(await requestHandler.getAgentCard());
    describe(response, signedAt);
    sendJson(response, json);
  });
  router.get(AI_CATALOG_PATH, (_request, response) => {
    describe(response);
    response.type(AI_CATALOG_TYPE).send(jsonText(cards.catalog()));
  });
  return router;
}
