import type { AgentEngine } from '@molecule/adapters';
import type { Request, RequestHandler } from 'express';
import { ALL_SCOPES } from '../../../settings/environment/scopes.js';
import { isBearer } from '../../../support/network/bearer.js';
import { engineContext } from '../../../tasks/engine-context.js';
import type { TaskLog } from '../../../tasks/log/task-log.js';
import type { AccessControl } from '../../access/access-control.js';
import { missingScope } from '../../access/operation-scopes.js';
import type { Principal } from '../../access/principal.js';
import { sendJson } from '../answers/send-answer.js';
import { httpCredentials } from '../guards/http-credentials.js';

const MOST_ENTRIES = 1_000;
const DEFAULT_ENTRIES = 100;

export interface TranscriptRouteOptions {
  readonly engine: AgentEngine;
  /** The adapter's name. */
  readonly runtime: string;
  readonly access: AccessControl;
  readonly log: TaskLog;
  /** The workspace's token for the platform, which sends requests on behalf of the operator. */
  readonly platformToken: () => string | undefined;
  /** The owner of what comes through the platform. */
  readonly platformOwner: string;
}

/**
 * `GET /transcript?since&limit&contextId`: the engine's memory of a conversation; of the newest one if the request names none.
 * A token is required even if A2A needs none. If there is no token to compare with, every request is refused.
 */
export function transcriptRoute(options: TranscriptRouteOptions): RequestHandler {
  return async (request, response) => {
    const caller = await callerOf(request, options);
    if (caller === undefined) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      return sendJson(response.status(401), {
        error: 'The transcript needs a bearer token of this agent or of its workspace.',
      });
    }
    const { owner, scopes } = caller;
    const missing = missingScope(scopes, 'transcript');
    if (missing !== undefined) {
      response.setHeader('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${missing}"`);
      return sendJson(response.status(403), { error: `The transcript needs the scope "${missing}".` });
    }
    const since = wholeNumber(request.query['since'], 0);
    const limit = wholeNumber(request.query['limit'], DEFAULT_ENTRIES);
    if (since === undefined || limit === undefined || limit < 1 || limit > MOST_ENTRIES) {
      return sendJson(response.status(400), {
        error: `since is a number from 0, limit one from 1 to ${MOST_ENTRIES}.`,
      });
    }
    const { engine, runtime, log } = options;
    const named = request.query['contextId'];
    const contextId = typeof named === 'string' && named !== '' ? named : await log.read.newestContext(owner);
    if (!engine.transcript || contextId === undefined) {
      return sendJson(response, {
        runtime,
        supported: engine.transcript !== undefined,
        lines: [],
        cursor: since,
        more: false,
      });
    }
    const { entries, next, more } = await engine.transcript({
      contextId: engineContext(owner, contextId),
      since,
      limit,
    });
    sendJson(response, { runtime, supported: true, contextId, lines: entries, cursor: next, more });
  };
}

async function callerOf(request: Request, options: TranscriptRouteOptions): Promise<Principal | undefined> {
  const { access, platformToken, platformOwner } = options;
  const token = platformToken();
  if (token !== undefined && isBearer(request.header('authorization'), token)) {
    return { owner: platformOwner, scopes: ALL_SCOPES };
  }
  return access.required ? access.admit(httpCredentials(request)) : undefined;
}

function wholeNumber(value: unknown, absent: number): number | undefined {
  if (value === undefined) return absent;
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
