import type { AgentEngine, JsonObject, Logger } from '@molecule/adapters';
import type { Surroundings } from '../prompt/workspace-prompt.js';
import type { WorkspaceConfig } from '../settings/config/workspace-config.js';
import type { RuntimeSettings } from '../settings/environment/runtime-settings.js';
import type { Delegation } from '../tasks/team/delegation.js';
import type { Memories } from '../tasks/team/memories.js';
import type { TurnObserver } from '../tasks/turn-observer.js';
import type { PeerConnection } from '../team/delegation/peer-connection.js';
import type { Person } from '../team/tools/person-tools.js';
import { EngineWatch } from './engine-watch.js';
import { Heartbeat } from './heartbeat.js';
import { LINK_TIMING } from './link-pace.js';
import { Membership } from './membership.js';
import { PlatformApi } from './platform-api.js';
import { PlatformCalls, READ_MS } from './platform-calls.js';
import { PlatformDelegations } from './platform-delegations.js';
import { PlatformDirectory } from './platform-directory.js';
import { platformMemories } from './platform-memories.js';
import { PlatformPeer } from './platform-peer.js';
import { platformPerson } from './platform-person.js';
import { PlatformSurroundings } from './platform-surroundings.js';
import { Reports } from './reports.js';
import { TokenFile } from './token-file.js';
import { WorkMeter } from './work-meter.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The Molecule platform that this workspace is a member of. */
export interface Platform {
  readonly directory: PlatformDirectory;
  readonly person: Person;
  readonly memories: Memories;
  /** True while the last call succeeded. */
  readonly connected: boolean;
  /** The workspace's token for the platform; `undefined` before the first registration. */
  token(): string | undefined;
  surroundings(): Promise<Surroundings>;
  /** Observers of the turns, for the heartbeats and reports. */
  readonly observers: readonly TurnObserver[];
  /** Sets the engine whose health the heartbeats report. */
  attach(engine: AgentEngine): void;
  /** A connection to a peer that has no address of its own. */
  peer(peerId: string): PeerConnection;
  workspaceInfo(): Promise<JsonObject>;
  delegationEnded(delegation: Delegation): void;
  /** Registers the server that listens at `url`. `onRegistered` is called after each registration. */
  start(url: string, onRegistered: () => void): void;
  cardChanged(): void;
  stop(): Promise<void>;
}

/** The platform; `undefined` without `PLATFORM_URL`, or with an id that no platform accepts. Then no call is ever made. */
export async function openPlatform(
  settings: RuntimeSettings,
  config: WorkspaceConfig,
  logger: Logger,
): Promise<Platform | undefined> {
  const { platformUrl, workspaceId } = settings;
  if (platformUrl === undefined) return undefined;
  if (!UUID.test(workspaceId)) {
    logger.warn(
      'PLATFORM_URL is set, but WORKSPACE_ID is not a UUID; the platform accepts no other id, so it is not called',
      { workspaceId },
    );
    return undefined;
  }
  const token = await TokenFile.open(settings.stateDir);
  return compose(settings, config, new PlatformApi(platformUrl, token), logger);
}

function compose(settings: RuntimeSettings, config: WorkspaceConfig, api: PlatformApi, logger: Logger): Platform {
  const { workspaceId, parentId, publicUrl, turnIdleTimeoutMs } = settings;
  const { streaming } = config.a2a;
  const ownPath = `/workspaces/${encodeURIComponent(workspaceId)}`;
  const announce = () => membership.announce();
  const reports = new Reports(api, workspaceId, () => membership.connected, logger);
  const meter = new WorkMeter({
    started: (taskId) => {
      announce();
      reports.checkpoint(taskId, 'llm_call', 1, {});
    },
    ended: (work) => {
      announce();
      reports.workEnded(work);
    },
  });
  const engine = new EngineWatch({ everyMs: LINK_TIMING.heartbeatMs, onChange: announce, logger });
  const heartbeat = new Heartbeat({ meter, engine, streaming, turnIdleTimeoutMs });
  const calls: PlatformCalls = new PlatformCalls(api, () => membership.away, logger);
  const membership: Membership = new Membership({
    api,
    workspaceId,
    heartbeat: () => heartbeat.body(),
    onCardError: (error) => calls.logRefusal('a changed card', error),
    logger,
  });
  const surroundings = new PlatformSurroundings({ workspaceId, parentId, calls });
  const delegations = new PlatformDelegations((call) => calls.call(call), workspaceId);
  const directory = new PlatformDirectory(
    () => calls.read(`/registry/${encodeURIComponent(workspaceId)}/peers`),
    (error) => calls.logRefusal('peers', error),
  );
  return {
    directory,
    person: platformPerson(api, workspaceId),
    memories: platformMemories(api, workspaceId),
    observers: [meter, engine],
    get connected() {
      return membership.connected;
    },
    token: () => api.token.token,
    surroundings: async () => (api.token.token === undefined ? {} : surroundings.read()),
    attach: (attached) => engine.attach(attached),
    peer: (peerId) => new PlatformPeer(delegations, peerId, logger.child({ peer: peerId })),
    workspaceInfo: async () => (await api.call({ method: 'GET', path: ownPath, timeoutMs: READ_MS })) as JsonObject,
    // The platform has its own record of a delegation that it carried out itself.
    delegationEnded: (delegation) => {
      if (delegation.url !== '') reports.delegationEnded(delegation);
    },
    start(url, onRegistered) {
      // For an agent on its own machine the platform accepts `localhost`, but no loopback or private address.
      const registeredUrl = publicUrl ?? `http://localhost:${new URL(url).port}`;
      membership.start(url, registeredUrl, () => {
        directory.expire();
        onRegistered();
      });
    },
    cardChanged: () => membership.cardChanged(),
    async stop() {
      reports.stop();
      await membership.stop();
    },
  };
}
