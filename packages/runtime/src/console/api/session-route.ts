import type { RequestHandler } from 'express';
import { sendJson } from '../../serving/http/answers/send-answer.js';
import { SCOPES } from '../../settings/environment/scopes.js';
import { viewerRoute } from './route.js';

/** What the console says at its beginning. */
export interface AboutSession {
  /** How callers say who they are: not at all, with a bearer token of any kind, or only with a certificate. */
  readonly access: 'anonymous' | 'tokens' | 'certificates';
  readonly agent: { readonly name: string; readonly description: string; readonly version: string };
  /** True: the runtime was started for development. */
  readonly dev: boolean;
}

/** `GET session`: who looks, and at which agent. */
export function sessionRoute({ access, agent, dev }: AboutSession): RequestHandler {
  return viewerRoute(async (_request, response, { owner, scopes }) => {
    sendJson(response, {
      owner,
      scopes: SCOPES.filter((scope) => scopes.has(scope)),
      authenticated: access !== 'anonymous',
      access,
      agent,
      dev,
      now: new Date().toISOString(),
    });
  });
}
