import { randomBytes } from 'node:crypto';
import type { AgentEngine, JsonObject, Logger } from '@molecule/adapters';
import type { Surroundings } from '../prompt/workspace-prompt.js';
import type { WorkspaceConfig } from '../settings/config/workspace-config.js';
import type { RuntimeSettings } from '../settings/environment/runtime-settings.js';
import { wallClock } from '../support/clock.js';
import { isUuid } from '../support/is-uuid.js';
import { entryPath } from '../support/network/entry-path.js';
import type { TaskStore } from '../tasks/task-store.js';
import type { Memories } from '../tasks/team/memories.js';
import type { TurnObserver } from '../tasks/turn-observer.js';
import type { PeerConnection } from '../team/delegation/peer-connection.js';
import type { Person } from '../team/tools/person-tools.js';
import { givenTokens } from './api/given-tokens.js';
import { PlatformApi } from './api/platform-api.js';
import { PlatformCalls, READ_MS } from './api/platform-calls.js';
import { TokenFile } from './api/token-file.js';
import { WorkspaceToken } from './api/workspace-token.js';
import { Existence } from './link/existence.js';
import { Heartbeat } from './link/heartbeat.js';
import { LINK_TIMING } from './link/link-pace.js';
import { Membership } from './link/membership.js';
import { SharedLink } from './link/shared-link.js';
import { PlatformDelegations } from './peers/platform-delegations.js';
import { PlatformDirectory } from './peers/platform-directory.js';
import { PlatformPeer } from './peers/platform-peer.js';
import { ProxiedPeer } from './peers/proxied-peer.js';
import { RoutedPeer } from './peers/routed-peer.js';
import { waysTo } from './peers/ways-to-peer.js';
import { withUploads } from './person/incoming-uploads.js';
import { OutgoingUploads } from './person/outgoing-uploads.js';
import { platformPerson } from './person/platform-person.js';
import { platformMemories } from './platform-memories.js';
import { PlatformSurroundings } from './platform-surroundings.js';
import { type AcceptPolled, PolledDelivery } from './polling/polled-delivery.js';
import { Reports } from './reports/reports.js';
import { TellAnswers } from './reports/tell-answers.js';
import { EngineLines } from './work/engine-lines.js';
import { EngineWatch } from './work/engine-watch.js';
import { SharedWork } from './work/shared-work.js';
import { Spend } from './work/spend.js';
import { WorkMeter } from './work/work-meter.js';

/** What happens on the platform. */
export interface PlatformEvents {
  /** The platform answers for the first time, or after an outage. */
  readonly onRegistered: () => void;
  /** The workspace was deleted. */
  readonly onDeleted: () => void;
  /** A message was fetched from the platform, with `MOLECULE_PLATFORM_DELIVERY=poll`. */
  readonly onMessage: AcceptPolled;
}

/** The Molecule platform that this workspace is a member of. */
export interface Platform {
  readonly directory: PlatformDirectory;
  readonly person: Person;
  readonly memories: Memories;
  /** What the address that is registered ends with, if the server asks who calls: the platform can send no token. */
  readonly entry: string | undefined;
  /** True while the last call succeeded. */
  readonly connected: boolean;
  /** The workspace's token for the platform; `undefined` before the first registration. */
  token(): string | undefined;
  surroundings(): Promise<Surroundings>;
  /** Observers of the turns, for the heartbeats and reports. */
  readonly observers: readonly TurnObserver[];
  /** The same engine, of which the platform shows tools and costs, and which reads what a person has attached. */
  decorate(engine: AgentEngine): AgentEngine;
  /** What is added to plain replies. */
  readonly replies: Pick<EngineLines, 'traceOf'> & Pick<OutgoingUploads, 'upload'>;
  /** Sets the engine whose health the heartbeats report. */
  attach(engine: AgentEngine): void;
  /** A connection to a peer that has no address of its own. */
  peer(peerId: string): PeerConnection;
  /** A connection to a peer by the address that the platform discovers, by its proxy, or by the address that it lists. */
  routedPeer(peerId: string, url: string, direct: (url: string) => PeerConnection): PeerConnection;
  workspaceInfo(): Promise<JsonObject>;
  /** Registers the server that listens at `url`, if this process speaks for the workspace. `onRegistered` is called after each registration. */
  start(url: string, events: PlatformEvents): void;
  cardChanged(): void;
  stop(): Promise<void>;
}

/** The platform; `undefined` without `PLATFORM_URL`, or with an id that no platform accepts. Then no call is ever made. */
export async function openPlatform(
  settings: RuntimeSettings,
  config: WorkspaceConfig,
  store: TaskStore,
  logger: Logger,
): Promise<Platform | undefined> {
  const { platformUrl, workspaceId, stateDir } = settings;
  if (platformUrl === undefined) return undefined;
  if (!isUuid(workspaceId)) {
    logger.warn(
      'PLATFORM_URL is set, but WORKSPACE_ID is not a UUID; the platform accepts no other id, so it is not called',
      { workspaceId },
    );
    return undefined;
  }
  const file = new TokenFile(stateDir);
  const { platform: records } = store.team;
  const given = givenTokens(config.configDir, settings.workspaceToken);
  const token = await WorkspaceToken.open(file, records, store.sharedId !== undefined, given);
  const entry = settings.platformEntry ? await records.once('entry', randomBytes(32).toString('base64url')) : undefined;
  store.log.turnReports.want();
  const api = new PlatformApi(platformUrl, token, wallClock, settings.platformOrganization);
  return compose({ settings, config, api, store, entry, logger });
}

interface Parts {
  readonly settings: RuntimeSettings;
  readonly config: WorkspaceConfig;
  readonly api: PlatformApi;
  readonly store: TaskStore;
  readonly entry: string | undefined;
  readonly logger: Logger;
}

function compose({ settings, config, api, store, entry, logger }: Parts): Platform {
  const { workspaceId, parentId, publicUrl, turnIdleTimeoutMs, platformDelivery } = settings;
  const { log, boots, duties, team } = store;
  const polls = platformDelivery === 'poll';
  let onDeleted = () => {};
  let onMessage: AcceptPolled = () => Promise.reject(new Error('the agent accepts no messages yet'));
  const ownPath = `/workspaces/${encodeURIComponent(workspaceId)}`;
  const turnOf = async (taskId: string) => (await log.read.head(taskId))?.turn ?? 1;
  const announce = () => {
    work.changed();
    membership.announce();
  };
  const meter = new WorkMeter(announce);
  const engine = new EngineWatch({ everyMs: LINK_TIMING.heartbeatMs, onChange: announce, logger });
  const own = () => ({ ...meter.work, ...(engine.trouble !== undefined && { trouble: engine.trouble }) });
  const work = new SharedWork({ records: team.platform, boots, own, logger });
  const spend = new Spend(team.platform, logger);
  const heartbeat = new Heartbeat({
    work() {
      engine.checkIfDue();
      return work.ofAll();
    },
    monthlySpend: () => spend.cents(),
    turnIdleTimeoutMs,
  });
  const calls: PlatformCalls = new PlatformCalls(api, () => membership.away, logger);
  const connected = () => membership.connected;
  const reports = new Reports({
    api,
    workspaceId,
    log,
    delegations: team.delegationReports,
    connected,
    onTurn: () => membership.announce(),
    logger,
  });
  const answersRepeats = async (peerId: string) =>
    (await directory.peers()).some((peer) => peer.id === peerId && peer.answersRepeats === true);
  const answers = new TellAnswers({ api, workspaceId, log, connected, answersRepeats, logger });
  const delivery = new PolledDelivery({
    api,
    workspaceId,
    records: team.platform,
    untold: log.untoldAnswers,
    connected,
    logger,
  });
  const existence = new Existence({ api, workspaceId, connected, onDeleted: () => onDeleted(), logger });
  const shared = new SharedLink({
    records: team.platform,
    token: api.token,
    speaks: () => membership.speaks,
    onLook: () => engine.checkIfDue(),
    logger,
  });
  const membership: Membership = new Membership({
    self: { api, workspaceId, runtime: config.runtime },
    duties,
    shared,
    heartbeat: () => heartbeat.body(),
    besides: async (duty) => {
      await work.speak(true);
      const fetching = polls ? delivery.run(duty, (message) => onMessage(message)) : undefined;
      await Promise.all([reports.run(duty), answers.run(duty), existence.run(duty), fetching]);
      await work.speak(false);
    },
    onCardError: (error) => calls.logRefusal('a changed card', error),
    logger,
  });
  const lines = new EngineLines({ api, workspaceId, connected, spend, logger });
  const uploads = new OutgoingUploads({ api, workspaceId, logger });
  const surroundings = new PlatformSurroundings({ workspaceId, parentId, calls });
  const delegations = new PlatformDelegations((call) => calls.call(call), workspaceId);
  const directory: PlatformDirectory = new PlatformDirectory(
    () => calls.read(`/registry/${encodeURIComponent(workspaceId)}/peers`),
    (error) => calls.logRefusal('peers', error),
  );
  return {
    entry,
    directory,
    person: platformPerson({ api, workspaceId, turnOf, untold: log.untoldAnswers }),
    memories: platformMemories(api, workspaceId),
    observers: [meter, engine],
    get connected() {
      return membership.connected;
    },
    token: () => api.token.token,
    surroundings: async () => (api.token.token === undefined ? {} : surroundings.read()),
    decorate: (decorated) => lines.decorate(withUploads(decorated, { api, workspaceId, logger })),
    replies: { traceOf: (taskId) => lines.traceOf(taskId), upload: (file) => uploads.upload(file) },
    attach: (attached) => engine.attach(attached),
    peer: (peerId) =>
      new PlatformPeer({
        delegations,
        peerId,
        async askPeer(message) {
          return (await answersRepeats(peerId)) ? new ProxiedPeer(api, workspaceId, peerId).repeat(message) : undefined;
        },
        outages: () => api.outages,
        logger: logger.child({ peer: peerId }),
      }),
    routedPeer: (peerId, url, direct) => {
      const ways = waysTo({ api, ownId: workspaceId, peerId, url, direct, directory });
      return new RoutedPeer(ways, logger.child({ peer: peerId }));
    },
    workspaceInfo: async () => (await api.call({ method: 'GET', path: ownPath, timeoutMs: READ_MS })) as JsonObject,
    start(url, events) {
      ({ onDeleted, onMessage } = events);
      // For an agent on its own machine the platform accepts `localhost`, but no loopback or private address.
      const ownUrl = publicUrl ?? `http://localhost:${new URL(url).port}`;
      const registeredUrl = entry === undefined ? ownUrl : `${ownUrl.replace(/(?<!\/)\/+$/, '')}${entryPath(entry)}`;
      const expired = () => {
        directory.expire();
        events.onRegistered();
      };
      const reached = polls ? undefined : registeredUrl;
      membership.start({ url, ownUrl, registeredUrl: reached, onRegistered: expired });
    },
    cardChanged: () => membership.cardChanged(),
    async stop() {
      await spend.flush();
      await membership.stop(async () => (await boots.count()) <= 1);
      await work.stop();
    },
  };
}
