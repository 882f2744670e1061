import type { RequestListener } from 'node:http';
import { cardSkills } from '../prompt/skills/card-skills.js';
import { AgentCards } from '../serving/a2a/card/agent-cards.js';
import { Extensions } from '../serving/a2a/card/extensions.js';
import { MoleculeRequestHandler } from '../serving/a2a/request-handler.js';
import { ResponseBound } from '../serving/a2a/response-bound.js';
import { ShownFiles } from '../serving/a2a/shown-files.js';
import { TaskWatcher } from '../serving/a2a/task-watcher.js';
import { createApp } from '../serving/http/app.js';
import { listen } from '../serving/http/connections/http-server.js';
import { openTls } from '../serving/http/connections/tls.js';
import { refuseEarly } from '../serving/http/early/early-refusal.js';
import { fileRoute } from '../serving/http/routes/file-route.js';
import { transcriptRoute } from '../serving/http/routes/transcript-route.js';
import { GuardedHandler } from '../serving/sdk/guarded-handler.js';
import { isEveryAddress } from '../settings/environment/address-warnings.js';
import { AllowedHosts } from '../support/network/allowed-hosts.js';
import { urlHost } from '../support/network/host.js';
import type { ShutdownSteps } from '../support/shutdown-steps.js';
import { offeredAccess, openAccess } from './open-access.js';
import type { Agent } from './open-agent.js';
import type { Turns } from './open-turns.js';
import { readiness } from './readiness.js';

/** What changes while the server runs. */
export interface ServerState {
  /** True once the turns of earlier processes have been recovered. */
  recovered: boolean;
  /** True once the server refuses new messages. */
  stopping: boolean;
}

/** A server that listens. Its URLs have no trailing slash. */
export interface AgentServer {
  /** For clients on this machine. */
  readonly localUrl: string;
  /** For every client. */
  readonly publicUrl: string;
}

/** Serves the agent over HTTP until the shutdown. */
export async function openServer(
  agent: Agent,
  { acceptor, execution, runner }: Pick<Turns, 'acceptor' | 'execution' | 'runner'>,
  state: ServerState,
  steps: ShutdownSteps,
): Promise<AgentServer> {
  const { workspace, adapter, team, engine } = agent;
  const { log, blobs } = agent.store;
  const { settings, logger } = workspace;
  const access = await openAccess(settings, logger);
  let localUrl = '';
  const publicUrl = () => settings.publicUrl ?? `${localUrl}${settings.basePath}`;
  const cards = openCards(agent, publicUrl);
  const plainReplies = settings.platformUrl !== undefined;
  const handler = new MoleculeRequestHandler({
    cards,
    log,
    acceptor,
    dispatcher: execution.dispatcher,
    watcher: new TaskWatcher(log),
    files: new ShownFiles({ blobs, inlineBytes: settings.inlineFileBytes, url: publicUrl }),
    bound: new ResponseBound(settings.maxResponseBytes),
    plainReplies,
  });
  const app = createApp({
    requestHandler: new GuardedHandler(handler, logger),
    access,
    hosts: new AllowedHosts(settings),
    settings,
    cards,
    health: {
      readiness: () => readiness({ engine, log, execution, runner, recovered: state.recovered, logger }),
      isStopping: () => state.stopping,
    },
    routes: {
      transcript: transcriptRoute({
        engine,
        runtime: adapter.name,
        access,
        log,
        platformToken: () => team.platform?.token(),
      }),
      files: fileRoute(log, blobs),
    },
    logger,
  });
  const early = (next: RequestListener) =>
    // The application answers with plain messages, which have a form of their own.
    plainReplies
      ? next
      : refuseEarly(next, {
          access,
          isFull: () => runner.queue.isFull && !state.stopping,
          refusalOf: (owner, message) => acceptor.earlyRefusal(owner, message),
        });
  const tls = settings.tls && openTls(settings.tls, logger);
  const server = await listen(early(app), settings.host, settings.port, settings, tls);
  steps.add('HTTP server', () => server.close());
  localUrl = `${tls ? 'https' : 'http'}://${reachable(settings.host)}:${server.port}`;
  return { localUrl, publicUrl: publicUrl() };
}

function openCards({ workspace, adapter, team, model }: Agent, url: () => string): AgentCards {
  const { config, settings } = workspace;
  const { a2a } = config;
  const cards = new AgentCards({
    name: config.name,
    description: config.description || adapter.description,
    version: config.version,
    workspaceId: settings.workspaceId,
    url,
    provider: a2a.provider,
    documentationUrl: a2a.documentationUrl,
    iconUrl: a2a.iconUrl,
    streaming: a2a.streaming,
    extensions: new Extensions(a2a.extensions, a2a.streaming),
    access: offeredAccess(settings),
    skills: () => cardSkills(config.skills, team.prompt.skills),
    engine: { name: adapter.displayName, model },
  });
  team.prompt.onChange(() => cards.changed());
  return cards;
}

/** A host name that works in a URL on this machine. */
function reachable(host: string): string {
  if (isEveryAddress(host)) return 'localhost';
  return urlHost(host);
}
