import type { RequestListener } from 'node:http';
import { SigningKeys } from '../keys/signing-keys.js';
import { cardSkills } from '../prompt/skills/card-skills.js';
import { AgentCards, type CardSource } from '../serving/a2a/card/agent-cards.js';
import { Extensions } from '../serving/a2a/card/extensions.js';
import { withHitlExtension } from '../serving/a2a/hitl/hitl-handler.js';
import { PushOperations } from '../serving/a2a/push/push-operations.js';
import { pushedTask } from '../serving/a2a/push/pushed-task.js';
import { MoleculeRequestHandler } from '../serving/a2a/request-handler.js';
import { ResponseBound } from '../serving/a2a/response-bound.js';
import { ShownFiles } from '../serving/a2a/shown-files.js';
import { TaskWatcher } from '../serving/a2a/task-watcher.js';
import { createApp } from '../serving/http/app.js';
import { listen } from '../serving/http/connections/http-server.js';
import { openTls } from '../serving/http/connections/tls.js';
import { refuseEarly } from '../serving/http/early/early-refusal.js';
import { fileRoute } from '../serving/http/routes/file-route.js';
import type { Health } from '../serving/http/routes/health.js';
import { keySetRoute } from '../serving/http/routes/key-set-route.js';
import { transcriptRoute } from '../serving/http/routes/transcript-route.js';
import { CardSigner } from '../serving/sdk/card-signer.js';
import { guardedHandler } from '../serving/sdk/guarded-handler.js';
import { AllowedHosts } from '../support/network/allowed-hosts.js';
import { AllowedTargets } from '../support/network/guarded/allowed-targets.js';
import { KEY_SET_PATH } from '../support/network/key-set-path.js';
import type { ShutdownSteps } from '../support/shutdown-steps.js';
import type { ConsolePages } from './console-pages.js';
import { offeredAccess, openAccess, platformOwner } from './open-access.js';
import type { Agent } from './open-agent.js';
import { openAgentConsole } from './open-console.js';
import { type OpenedGrpc, openGrpc, reachable } from './open-grpc.js';
import type { PushedFrom } from './open-push.js';
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
  /** `host:port` of gRPC for every client; undefined: it is off. */
  readonly grpcAddress: string | undefined;
  readonly push: PushedFrom;
}

/** Serves the agent over HTTP, and over gRPC if that is on, until the shutdown. */
export async function openServer(
  agent: Agent,
  { acceptor, execution, runner }: Pick<Turns, 'acceptor' | 'execution' | 'runner'>,
  pages: ConsolePages,
  state: ServerState,
  steps: ShutdownSteps,
): Promise<AgentServer> {
  const { workspace, adapter, team, engine } = agent;
  const { log, blobs } = agent.store;
  const { settings, logger } = workspace;
  const access = await openAccess(settings, team.platform?.entry, logger);
  let localUrl = '';
  let grpc: OpenedGrpc | undefined;
  const publicUrl = () => settings.publicUrl ?? `${localUrl}${settings.basePath}`;
  const keys = new SigningKeys(agent.store.keys);
  const keySetUrl = () => `${publicUrl()}${KEY_SET_PATH}`;
  const signer = new CardSigner(keys, keySetUrl);
  const cards = openCards(agent, {
    url: publicUrl,
    grpcAddress: () => grpc?.publicAddress,
    sign: (card) => signer.sign(card),
  });
  const plainReplies = settings.platformUrl !== undefined;
  const files = new ShownFiles({ blobs, inlineBytes: settings.inlineFileBytes, url: publicUrl });
  const bound = new ResponseBound(settings.maxResponseBytes);
  const handler = new MoleculeRequestHandler({
    cards,
    log,
    turns: { acceptor, dispatcher: execution.dispatcher },
    push: openPushOperations(agent),
    watcher: new TaskWatcher(log),
    files,
    bound,
    plainReplies: team.platform ? { ...team.platform.replies, blobs } : plainReplies,
  });
  const requestHandler = guardedHandler(withHitlExtension(handler), logger);
  const hosts = new AllowedHosts(settings);
  const health: Health = {
    readiness: () => readiness({ engine, log, execution, runner, recovered: state.recovered, logger }),
    isStopping: () => state.stopping,
  };
  const ownConsole = await openAgentConsole(pages, agent, {
    card: async () => (await signer.json(await requestHandler.getAgentCard())).json,
    readiness: health.readiness,
    execution,
  });
  const app = createApp({
    requestHandler,
    access,
    hosts,
    settings: { ...settings, entry: team.platform?.entry },
    card: { cards, signer },
    health,
    routes: {
      transcript: transcriptRoute({
        engine,
        runtime: adapter.name,
        access,
        log,
        platformToken: () => team.platform?.token(),
        platformOwner: platformOwner(settings),
      }),
      keys: keySetRoute(keys),
      files: fileRoute(log, blobs),
      console: ownConsole?.routes,
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
  // Before the HTTP server, which serves the card that names it.
  const reflection = workspace.options.dev === true;
  const { extensions } = cards;
  const tls = settings.tls && openTls(settings.tls, logger);
  steps.add('TLS', () => tls?.stop());
  grpc = await openGrpc(settings, { requestHandler, access, extensions, hosts, health, reflection, logger }, tls);
  steps.add('gRPC server', () => grpc?.close());
  const server = await listen(early(app), settings.host, settings.port, settings, tls);
  // Both at once: each waits for its clients.
  steps.add('HTTP server', () => Promise.all([server.close(), grpc?.close()]));
  // First, since they have no end of their own.
  steps.add('streams of the console', () => ownConsole?.endStreams());
  localUrl = `${tls ? 'https' : 'http'}://${reachable(settings.host)}:${server.port}`;
  return {
    localUrl,
    publicUrl: publicUrl(),
    grpcAddress: grpc?.publicAddress,
    push: {
      notifier: { keys, url: publicUrl, keySetUrl },
      wholeTask: (taskId) => pushedTask({ read: log.read, files }, taskId),
    },
  };
}

function openPushOperations({ workspace: { config, settings }, store }: Agent): PushOperations {
  const targets = new AllowedTargets(settings.pushAllow);
  return new PushOperations({ log: store.log, enabled: config.a2a.pushNotifications, targets });
}

function openCards(
  { workspace, adapter, team, model }: Agent,
  served: Pick<CardSource, 'url' | 'grpcAddress' | 'sign'>,
): AgentCards {
  const { config, settings } = workspace;
  const { a2a } = config;
  const cards = new AgentCards({
    name: config.name,
    description: config.description || adapter.description,
    version: config.version,
    workspaceId: settings.workspaceId,
    ...served,
    provider: a2a.provider,
    documentationUrl: a2a.documentationUrl,
    iconUrl: a2a.iconUrl,
    streaming: a2a.streaming,
    pushNotifications: a2a.pushNotifications,
    extensions: new Extensions(a2a.extensions, a2a.streaming),
    access: offeredAccess(settings),
    skills: () => cardSkills(config.skills, team.prompt.skills),
    engine: { name: adapter.displayName, model },
  });
  team.prompt.onChange(() => cards.changed());
  return cards;
}
