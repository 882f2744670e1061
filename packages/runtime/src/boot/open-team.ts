import { join } from 'node:path';
import type { Adapter, AgentEngine, JsonObject, RuntimeTool } from '@molecule/adapters';
import type { MessageAcceptor } from '../a2a/message-acceptor.js';
import { ANONYMOUS } from '../access/access-control.js';
import { fileTool } from '../attachments/file-tool.js';
import { OutgoingFiles } from '../attachments/outgoing-files.js';
import { describeTeam } from '../coordinator/describe-team.js';
import { SharedContext } from '../coordinator/shared-context.js';
import { configuredPeers } from '../delegation/configured-peers.js';
import { type Delegation, DelegationStore } from '../delegation/delegation-store.js';
import { Delegator } from '../delegation/delegator.js';
import { openTeamDatabase, type TeamDatabase } from '../delegation/team-database.js';
import type { PeerDirectory } from '../delegation/team-peer.js';
import { callingTurn } from '../mcp/calling-turn.js';
import type { ToolServer } from '../mcp/tool-server.js';
import { openPlatform, type Platform } from '../platform/open-platform.js';
import { joinedDirectories } from '../platform/platform-directory.js';
import { type Surroundings, WorkspacePrompt } from '../prompt/workspace-prompt.js';
import { IdleClock } from '../prompts-run/idle-prompt.js';
import { runInitialPrompt } from '../prompts-run/initial-prompt.js';
import { sendToSelf } from '../prompts-run/own-messages.js';
import type { TurnObserver } from '../runner/turn-observer.js';
import type { RuntimeOptions } from '../runtime-types.js';
import type { TaskLog } from '../task-log/task-log.js';
import { delegationTools } from '../tools/delegation-tools.js';
import { LocalMemories } from '../tools/memory-store.js';
import { memoryTools } from '../tools/memory-tools.js';
import { noPerson, personTools } from '../tools/person-tools.js';
import { mayDelegate, selectTools } from '../tools/select-tools.js';
import { teamTools } from '../tools/team-tools.js';
import type { WorkspaceDefinition } from './open-workspace.js';
import type { ShutdownSteps } from './shutdown-steps.js';

/** How often it is looked whether the team has changed, for the prompt. */
const TEAM_MS = 5 * 60_000;

/** What the agent knows and can do as a member of a team. */
export interface Team {
  readonly prompt: WorkspacePrompt;
  readonly tools: readonly RuntimeTool[];
  /** The same tools for engines that take them over MCP only; absent when there are none. */
  readonly mcp: ToolServer | undefined;
  /** Absent: the workspace belongs to no platform. */
  readonly platform: Platform | undefined;
  /**
   * From now on messages to the own agent are taken, what an earlier process delegated is gone on with, and the platform
   * knows the workspace.
   *
   * @param url where the server listens
   */
  start(acceptor: MessageAcceptor, url: string, activeTurns: () => number): Promise<void>;
  /** The same engine, watched by those who add to its answers. */
  watch(engine: AgentEngine): AgentEngine;
  /** Who must see the turns. */
  readonly observers: readonly TurnObserver[];
}

/** Puts together what makes an agent a member of a team, before there is an engine. */
export async function openTeam(
  options: RuntimeOptions,
  workspace: WorkspaceDefinition,
  adapter: Adapter,
  log: TaskLog,
  steps: ShutdownSteps,
): Promise<Team> {
  const { config, settings, logger } = workspace;
  const inMemory = settings.taskStore === 'memory';
  const database = await openTeamDatabase(inMemory ? ':memory:' : join(settings.stateDir, 'team.db'), logger);
  steps.add('team database', () => database.destroy());
  const ownId = settings.workspaceId;
  const platform = await openPlatform(settings, config, logger);
  const configured = configuredPeers(config.subWorkspaces, options.environment, ownId, logger);
  const directory = joinedDirectories(platform ? [configured, platform.directory] : [configured]);
  const inbox = new Inbox(log);
  const idle = new IdleClock();
  const files = new OutgoingFiles(settings.workDir);
  const shared = new SharedContext(config.configDir, config.sharedContext, logger);
  const delegator = new Delegator({
    store: new DelegationStore(database),
    log,
    directory,
    ownId,
    sharedFiles: () => shared.read(),
    policy: {
      attempts: config.delegation.retryAttempts,
      delayMs: config.delegation.retryDelay * 1000,
      timeoutMs: config.delegation.timeout * 1000,
    },
    ...(platform && {
      onEnded: (delegation) => platform.delegationEnded(delegation),
      throughPlatform: (peerId) => platform.peer(peerId),
    }),
    onLateAnswer: (delegation) => inbox.tell(delegation),
    logger,
  });
  steps.add('delegations', () => delegator.stop());
  // Not for the files: whoever wrote a wrong name learns of it now, and not when the first task is handed over.
  if (config.subWorkspaces.length > 0) await shared.read();
  const all = [
    ...teamTools({ directory, info: platform ? () => platform.workspaceInfo() : async () => workspaceInfo(workspace) }),
    ...delegationTools({ delegator, directory, ownId }),
    ...personTools(platform?.person ?? noPerson),
    fileTool(files),
    ...memoryTools(platform?.memories ?? new LocalMemories(database)),
  ];
  const tools = selectTools(all, config.tools, config.subWorkspaces.length > 0 || platform !== undefined);
  const prompt = await openPrompt(workspace, adapter, { directory, tools, platform }, steps);
  const mcp = await openToolServer(tools, log, workspace, steps);
  return {
    prompt,
    tools,
    mcp,
    platform,
    observers: [...(platform?.observers ?? []), ...(config.idlePrompt === undefined ? [] : [idle])],
    watch(engine) {
      platform?.watch(engine);
      return tools.some(({ name }) => name === 'send_file') ? files.watch(engine) : engine;
    },
    async start(acceptor, url, activeTurns) {
      inbox.open(acceptor);
      await delegator.resume();
      await startPrompts(workspace, { database, acceptor, idle, activeTurns }, steps);
      if (!platform) return;
      prompt.onChange(() => platform.cardChanged());
      platform.start(url, () => {
        prompt.read().catch((error: unknown) => logger.error('the prompt could not be read again', { error }));
      });
      steps.add('platform', () => platform.stop());
    },
  };
}

/** The prompts that nobody sends: the initial one, and the one for idle hours. They are ordinary tasks of the first owner. */
async function startPrompts(
  { config, settings, logger }: WorkspaceDefinition,
  parts: {
    readonly database: TeamDatabase;
    readonly acceptor: MessageAcceptor;
    readonly idle: IdleClock;
    readonly activeTurns: () => number;
  },
  steps: ShutdownSteps,
): Promise<void> {
  const { database, acceptor, activeTurns } = parts;
  const owner = settings.tokens[0]?.owner ?? ANONYMOUS;
  const { initialPrompt, idlePrompt, idleIntervalSeconds } = config;
  if (initialPrompt !== undefined) await runInitialPrompt({ database, acceptor, owner, text: initialPrompt, logger });
  if (idlePrompt === undefined) return;
  const send = () =>
    sendToSelf(acceptor, { messageId: crypto.randomUUID(), owner, contextId: 'idle-prompt', text: idlePrompt });
  const running = parts.idle.start({ intervalMs: idleIntervalSeconds * 1000, activeTurns, send, logger });
  steps.add('idle prompt', () => running.stop());
}

async function openPrompt(
  { config, settings, logger }: WorkspaceDefinition,
  adapter: Adapter,
  { directory, tools, platform }: Pick<Team, 'tools' | 'platform'> & { readonly directory: PeerDirectory },
  steps: ShutdownSteps,
): Promise<WorkspacePrompt> {
  const { configDir, promptFiles } = config;
  const canDelegate = mayDelegate(tools.map(({ name }) => name));
  const surroundings = async (): Promise<Surroundings> => {
    // Telling of peers without a tool to reach them only makes a model promise what it cannot do.
    const [around = {}, peers] = await Promise.all([platform?.surroundings(), canDelegate ? directory.peers() : []]);
    return { ...around, ...describeTeam(peers, settings.workspaceId) };
  };
  const prompt = new WorkspacePrompt({
    configDir,
    promptFiles,
    skillsInPrompt: adapter.nativeSkills !== true,
    surroundings,
    logger,
  });
  await prompt.read();
  const watching = prompt.watch();
  steps.add('prompt watch', () => watching.close());
  if (canDelegate) {
    const timer = setInterval(() => {
      if (platform?.connected === false) return;
      prompt.read().catch((error: unknown) => logger.error('the prompt could not be read again', { error }));
    }, TEAM_MS);
    timer.unref();
    steps.add('team watch', () => clearInterval(timer));
  }
  return prompt;
}

async function openToolServer(
  tools: readonly RuntimeTool[],
  log: TaskLog,
  { logger }: WorkspaceDefinition,
  steps: ShutdownSteps,
): Promise<ToolServer | undefined> {
  if (tools.length === 0) return undefined;
  // Its SDK costs a start some time, and an agent that stands alone does not need it.
  const { startToolServer } = await import('../mcp/tool-server.js');
  const server = await startToolServer({
    tools,
    callerOf: (contextId, signal) => callingTurn(log, contextId, signal),
    logger,
  });
  steps.add('tool server', () => server.close());
  return server;
}

function workspaceInfo({ config, settings }: WorkspaceDefinition): JsonObject {
  const { name, description, version, runtime } = config;
  const { workspaceId: id, parentId } = settings;
  return { id, name, description, version, runtime, parent_id: parentId ?? null, status: 'online' };
}

/** Takes what comes back from peers while nobody waits for it to the agent, in the conversation that it came from. */
class Inbox {
  readonly #log: TaskLog;
  readonly #acceptor: Promise<MessageAcceptor>;
  #open: (acceptor: MessageAcceptor) => void = () => {};

  constructor(log: TaskLog) {
    this.#log = log;
    this.#acceptor = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(acceptor: MessageAcceptor): void {
    this.#open(acceptor);
  }

  async tell({ id, peerName, parentTask, state, answer, text }: Delegation): Promise<void> {
    const parent = await this.#log.read.get(parentTask);
    const outcome = state === 'completed' ? 'has answered' : `has not done it (${state})`;
    await sendToSelf(await this.#acceptor, {
      messageId: `delegation-${id}`,
      owner: parent?.owner ?? ANONYMOUS,
      contextId: parent?.contextId ?? '',
      text: `${peerName} ${outcome}. The delegated task was:\n${text}\n\nThe answer:\n${answer ?? ''}`,
      // What is delegated because of the answer still counts as one chain.
      metadata: { ...parent?.input.metadata, 'molecule.delegation.id': id },
    });
  }
}
