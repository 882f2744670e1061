import type { AgentEngine, JsonObject, JsonValue, Logger } from '@molecule/adapters';
import type { WorkspaceConfig } from '../config/workspace-config.js';
import type { Delegation } from '../delegation/delegation-store.js';
import type { PeerConnection } from '../delegation/peer-connection.js';
import type { RuntimeSettings } from '../environment/runtime-settings.js';
import type { Surroundings } from '../prompt/workspace-prompt.js';
import type { TurnObserver } from '../runner/turn-observer.js';
import type { Memories } from '../tools/memory-store.js';
import type { Person } from '../tools/person-tools.js';
import { EngineWatch } from './engine-watch.js';
import { OwnCard } from './own-card.js';
import { PlatformApi, type PlatformCall, PlatformError } from './platform-api.js';
import { PlatformDelegations } from './platform-delegations.js';
import { PlatformDirectory } from './platform-directory.js';
import { LINK_TIMING, PlatformLink } from './platform-link.js';
import { platformMemories } from './platform-memories.js';
import { PlatformPeer } from './platform-peer.js';
import { platformPerson } from './platform-person.js';
import { PlatformSurroundings } from './platform-surroundings.js';
import { Reports } from './reports.js';
import { TokenFile } from './token-file.js';
import { WorkMeter } from './work-meter.js';

/** The platform answers so soon or the prompt goes without it. */
const PROMPT_MS = 3_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The Molecule platform that this workspace is a member of. */
export interface Platform {
  readonly directory: PlatformDirectory;
  readonly person: Person;
  readonly memories: Memories;
  /** True while the last call succeeded. */
  readonly connected: boolean;
  /** The workspace's own token there; `undefined` before the first registration. */
  token(): string | undefined;
  surroundings(): Promise<Surroundings>;
  /** Who must see the turns, so that the platform hears of them. */
  readonly observers: readonly TurnObserver[];
  /** The engine whose turns these are. */
  watch(engine: AgentEngine): void;
  /** The way to a peer that has no address of its own. */
  peer(peerId: string): PeerConnection;
  workspaceInfo(): Promise<JsonObject>;
  delegationEnded(delegation: Delegation): void;
  /** Registers, now that the server listens at `url`. `onRegistered` is called after each registration. */
  start(url: string, onRegistered: () => void): void;
  cardChanged(): void;
  stop(): Promise<void>;
}

/** Without `PLATFORM_URL`, and with an id that no platform takes, there is none: nobody is ever called. */
export async function openPlatform(
  settings: RuntimeSettings,
  config: WorkspaceConfig,
  logger: Logger,
): Promise<Platform | undefined> {
  const { platformUrl, workspaceId } = settings;
  if (platformUrl === undefined) return undefined;
  if (!UUID.test(workspaceId)) {
    logger.warn('PLATFORM_URL is set, but WORKSPACE_ID is no UUID: the platform takes no other id, and is not called', {
      workspaceId,
    });
    return undefined;
  }
  const token = await TokenFile.open(settings.stateDir);
  return new PlatformMember(settings, config, new PlatformApi(platformUrl, token), token, logger);
}

class PlatformMember implements Platform {
  readonly directory: PlatformDirectory;
  readonly person: Person;
  readonly memories: Memories;
  readonly #settings: RuntimeSettings;
  readonly #config: WorkspaceConfig;
  readonly #api: PlatformApi;
  readonly #token: TokenFile;
  readonly #logger: Logger;
  readonly #meter: WorkMeter;
  readonly #engine: EngineWatch;
  readonly #reports: Reports;
  readonly #surroundings: PlatformSurroundings;
  readonly #delegations: PlatformDelegations;
  readonly #bootedAt = performance.now();
  readonly #toldOf = new Set<string>();
  #link: PlatformLink | undefined;
  #transcript = false;
  #card: OwnCard | undefined;

  constructor(settings: RuntimeSettings, config: WorkspaceConfig, api: PlatformApi, token: TokenFile, logger: Logger) {
    this.#settings = settings;
    this.#config = config;
    this.#api = api;
    this.#token = token;
    this.#logger = logger;
    this.#reports = new Reports(api, settings.workspaceId, () => this.connected, logger);
    const announce = () => this.#link?.announce();
    this.#meter = new WorkMeter({
      started: (taskId) => {
        announce();
        this.#reports.checkpoint(taskId, 'llm_call', 1, {});
      },
      ended: (work) => {
        announce();
        this.#reports.workEnded(work);
      },
    });
    this.#engine = new EngineWatch({ everyMs: LINK_TIMING.heartbeatMs, onChange: announce, logger });
    const { workspaceId, parentId } = settings;
    this.#surroundings = new PlatformSurroundings({
      workspaceId,
      parentId,
      get: (path) => this.#ask(path),
      tell: (what, error) => this.#tellOnce(what, error),
    });
    this.#delegations = new PlatformDelegations((call) => this.#callUnlessAway(call), workspaceId);
    this.directory = new PlatformDirectory(
      () => this.#ask(`/registry/${this.#id}/peers`),
      (error) => this.#tellOnce('peers', error),
    );
    this.person = platformPerson(api, workspaceId);
    this.memories = platformMemories(api, workspaceId);
  }

  get connected(): boolean {
    return this.#link?.connected ?? false;
  }

  token(): string | undefined {
    return this.#token.token;
  }

  async surroundings(): Promise<Surroundings> {
    return this.#token.token === undefined ? {} : this.#surroundings.read();
  }

  get observers(): readonly TurnObserver[] {
    return [this.#meter, this.#engine];
  }

  watch(engine: AgentEngine): void {
    this.#transcript = engine.transcript !== undefined;
    this.#engine.watch(engine);
  }

  peer(peerId: string): PeerConnection {
    return new PlatformPeer(this.#delegations, peerId, this.#logger.child({ peer: peerId }));
  }

  async workspaceInfo(): Promise<JsonObject> {
    return (await this.#get(`/workspaces/${this.#id}`)) as JsonObject;
  }

  /** What the platform carried out itself it knows. */
  delegationEnded(delegation: Delegation): void {
    if (delegation.url !== '') this.#reports.delegationEnded(delegation);
  }

  start(url: string, onRegistered: () => void): void {
    // On one machine the platform takes `localhost`, and no address of loopback or of a private network.
    const registeredUrl = this.#settings.publicUrl ?? `http://localhost:${new URL(url).port}`;
    const { workspaceId } = this.#settings;
    const card = new OwnCard({
      url,
      registeredUrl,
      send: (agent_card) =>
        this.#api.call({
          method: 'POST',
          path: '/registry/update-card',
          body: { workspace_id: workspaceId, agent_card },
        }),
      onError: (error) => this.#tellOnce('a changed card', error),
    });
    this.#card = card;
    this.#link = new PlatformLink({
      api: this.#api,
      token: this.#token,
      workspaceId,
      registration: async () => ({ url: registeredUrl, agent_card: await card.toRegister() }),
      heartbeat: () => this.#heartbeat(),
      onRegistered: () => {
        this.directory.forget();
        onRegistered();
      },
      onHeard: () => card.sendWhenOld(),
      logger: this.#logger,
    });
    this.#link.start();
  }

  cardChanged(): void {
    this.#card?.changed();
    if (this.connected) this.#card?.sendWhenOld();
  }

  async stop(): Promise<void> {
    this.#reports.stop();
    await this.#link?.stop();
  }

  get #id(): string {
    return encodeURIComponent(this.#settings.workspaceId);
  }

  #heartbeat(): JsonObject {
    this.#engine.look();
    const { errorRate, sampleError, activeTasks, currentTask } = this.#meter;
    const { trouble } = this.#engine;
    return {
      error_rate: errorRate,
      sample_error: trouble ?? sampleError,
      active_tasks: activeTasks,
      uptime_seconds: Math.round((performance.now() - this.#bootedAt) / 1000),
      current_task: currentTask,
      runtime_metadata: {
        capabilities: { streaming: this.#config.a2a.streaming, transcript: this.#transcript },
        idle_timeout_seconds: Math.ceil(this.#settings.turnIdleTimeoutMs / 1000),
      },
      ...(trouble !== undefined && { runtime_state: 'wedged' }),
    };
  }

  /** What is known from before serves as well: in an outage nobody waits for it, and it costs no call. */
  #ask(path: string): Promise<JsonValue> {
    return this.#callUnlessAway({ method: 'GET', path, timeoutMs: PROMPT_MS });
  }

  /** When a platform that is away is back, the link is the first to know. */
  async #callUnlessAway(call: PlatformCall): Promise<JsonValue> {
    if (this.#link?.away) throw new PlatformError(`The platform is away: ${call.method} ${call.path} was not sent.`);
    return this.#api.call(call);
  }

  #get(path: string): Promise<JsonValue> {
    return this.#api.call({ method: 'GET', path, timeoutMs: PROMPT_MS });
  }

  /** That the platform is away is told by the link; what it refuses is told here, once. */
  #tellOnce(what: string, error: unknown): void {
    if (PlatformError.is(error) && (error.status === undefined || error.status === 429)) return;
    if (this.#toldOf.has(what)) return;
    this.#toldOf.add(what);
    this.#logger.warn(`the platform refuses ${what}; the agent goes without`, { reason: String(error) });
  }
}
