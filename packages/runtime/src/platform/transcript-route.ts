import { createHash, timingSafeEqual } from 'node:crypto';
import type { AgentEngine } from '@molecule/adapters';
import type { RequestHandler } from 'express';
import { type AccessControl, ANONYMOUS } from '../access/access-control.js';
import { engineContext } from '../runner/engine-context.js';
import type { TaskLog } from '../task-log/task-log.js';

const MOST_ENTRIES = 1_000;
const DEFAULT_ENTRIES = 100;

export interface TranscriptRouteOptions {
  readonly engine: AgentEngine;
  /** The adapter's name. */
  readonly runtime: string;
  readonly access: AccessControl;
  readonly log: TaskLog;
  /** The workspace's own token of the platform, which asks on behalf of the operator. */
  readonly platformToken: () => string | undefined;
}

/**
 * `GET /transcript?since&limit&contextId`: what the engine remembers of a conversation, the newest one unless one is named.
 * It needs a token even where A2A needs none: without any token to compare, nobody is let in.
 */
export function transcriptRoute(options: TranscriptRouteOptions): RequestHandler {
  return async (request, response) => {
    const owner = ownerOf(request.header('authorization'), options);
    if (owner === undefined) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      response.status(401).json({ error: 'The transcript needs a bearer token of this agent or of its workspace.' });
      return;
    }
    const since = wholeNumber(request.query['since'], 0);
    const limit = wholeNumber(request.query['limit'], DEFAULT_ENTRIES);
    if (since === undefined || limit === undefined || limit < 1 || limit > MOST_ENTRIES) {
      response.status(400).json({ error: `since is a number from 0, limit one from 1 to ${MOST_ENTRIES}.` });
      return;
    }
    const { engine, runtime, log } = options;
    const named = request.query['contextId'];
    const contextId = typeof named === 'string' && named !== '' ? named : await newestContext(log, owner);
    if (!engine.transcript || contextId === undefined) {
      response.json({ runtime, supported: engine.transcript !== undefined, lines: [], cursor: since, more: false });
      return;
    }
    const { entries, next, more } = await engine.transcript({
      contextId: engineContext(owner, contextId),
      since,
      limit,
    });
    response.json({ runtime, supported: true, contextId, lines: entries, cursor: next, more });
  };
}

async function newestContext(log: TaskLog, owner: string): Promise<string | undefined> {
  const { records } = await log.read.list({ owner, pageSize: 1 });
  return records[0]?.contextId;
}

function ownerOf(authorization: string | undefined, options: TranscriptRouteOptions): string | undefined {
  const { access, platformToken } = options;
  const token = platformToken();
  if (token !== undefined && isBearer(authorization, token)) return ANONYMOUS;
  return access.required ? access.ownerOf(authorization) : undefined;
}

/** The platform writes the word as `Bearer` and in no other way. */
function isBearer(authorization: string | undefined, token: string): boolean {
  return timingSafeEqual(digestOf(authorization ?? ''), digestOf(`Bearer ${token}`));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function wholeNumber(value: unknown, absent: number): number | undefined {
  if (value === undefined) return absent;
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
