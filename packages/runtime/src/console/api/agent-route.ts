import type { RequestHandler } from 'express';
import { sendJson } from '../../serving/http/answers/send-answer.js';
import type { Readiness } from '../../serving/http/routes/health.js';
import { packageVersion } from '../../support/package-version.js';
import type { PeerDirectory } from '../../team/delegation/team-peer.js';
import { viewerRoute } from './route.js';
import type { ShownSetting } from './shown-settings.js';
import { seesAllOwners } from './viewer.js';

/** What the console shows of the agent itself. */
export interface AboutAgent {
  /** The agent card as it is served. */
  readonly card: () => Promise<object>;
  readonly readiness: () => Promise<Readiness>;
  /** The adapter's display name. */
  readonly engine: string;
  /** The name of the model that answers; empty: the engine chooses. */
  readonly model: string;
  readonly inside: AgentInside;
}

/** What only the operator sees. */
export interface AgentInside {
  /** The runtime's tools that the agent gets. */
  readonly tools: readonly { readonly name: string; readonly description: string }[];
  readonly skills: () => readonly object[];
  /** The system prompt as it is sent now. */
  readonly prompt: () => string;
  readonly peers: PeerDirectory;
  readonly settings: () => readonly ShownSetting[];
}

/** `GET agent`: the agent's card, how it is, and which versions run; with the scope `admin` also what it is made of. */
export function agentRoute({ card, readiness, engine, model, inside }: AboutAgent): RequestHandler {
  return viewerRoute(async (_request, response, viewer) => {
    const { durable, ...health } = await readiness();
    const about = { card: await card(), health, durable, versions: versions(), engine, model };
    sendJson(response, seesAllOwners(viewer) ? { ...about, ...(await insideJson(inside)) } : about);
  });
}

async function insideJson({ tools, skills, prompt, peers, settings }: AgentInside): Promise<object> {
  const all = await peers.peers();
  return {
    tools: tools.map(({ name, description }) => ({ name, description })),
    skills: skills(),
    prompt: prompt(),
    peers: all.map(({ id, name, url = '', status }) => ({ id, name, url, state: status })),
    settings: settings(),
  };
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
