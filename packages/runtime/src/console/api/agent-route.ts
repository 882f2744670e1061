import type { RequestHandler } from 'express';
import { sendJson } from '../../serving/http/answers/send-answer.js';
import type { Readiness } from '../../serving/http/routes/health.js';
import { packageVersion } from '../../support/package-version.js';
import { viewerRoute } from './route.js';

/** What the console shows of the agent itself. */
export interface AboutAgent {
  /** The agent card as it is served. */
  readonly card: () => Promise<object>;
  readonly readiness: () => Promise<Readiness>;
  /** The adapter's display name. */
  readonly engine: string;
  /** The name of the model that answers; empty: the engine chooses. */
  readonly model: string;
}

/** `GET agent`: the agent's card, how it is, and which versions run. */
export function agentRoute({ card, readiness, engine, model }: AboutAgent): RequestHandler {
  return viewerRoute(async (_request, response) => {
    const { durable, ...health } = await readiness();
    sendJson(response, { card: await card(), health, durable, versions: versions(), engine, model });
  });
}

function versions(): Readonly<Record<string, string>> {
  const temporal = packageVersion('@molecule/temporal');
  return {
    runtime: packageVersion('@molecule/runtime') ?? '',
    adapters: packageVersion('@molecule/adapters') ?? '',
    ...(temporal !== undefined && { temporal }),
    node: process.versions.node,
  };
}
