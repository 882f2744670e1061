import type { Adapter, AgentEngine, RuntimeTool } from '@molecule/adapters';
import { OutgoingFiles } from '../../engine/files/outgoing-files.js';
import type { MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import { openPlatform, type Platform } from '../../platform/open-platform.js';
import { joinedDirectories } from '../../platform/peers/platform-directory.js';
import type { WorkspacePrompt } from '../../prompt/workspace-prompt.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import { ANONYMOUS } from '../../tasks/engine-context.js';
import type { TaskStore } from '../../tasks/task-store.js';
import type { TurnObserver } from '../../tasks/turn-observer.js';
import { configuredPeers } from '../../team/delegation/configured-peers.js';
import type { PeerDirectory } from '../../team/delegation/team-peer.js';
import { IdleClock } from '../../team/own-messages/idle-prompt.js';
import { LateAnswerInbox } from '../../team/own-messages/late-answer-inbox.js';
import { startOwnPrompts } from '../../team/own-messages/own-prompts.js';
import { toolsForEngine } from '../../tooling/define-tool.js';
import type { ToolServer } from '../../tooling/tool-server.js';
import { ToolTurns } from '../../tooling/tool-turns.js';
import { platformOwner } from '../open-access.js';
import type { WorkspaceDefinition } from '../open-workspace.js';
import { acceptPolled } from './accept-polled.js';
import { openDelegator } from './open-delegator.js';
import { openPrompt, readAgain } from './open-prompt.js';
import { openToolServer, openTools } from './open-tools.js';

/** What the agent has as a member of a team. An agent without a team has it too, with less in it. */
export interface Team {
  readonly prompt: WorkspacePrompt;
  readonly tools: readonly RuntimeTool[];
  /** The peers to which it can delegate. */
  readonly directory: PeerDirectory;
  /** The same tools for engines that use MCP; undefined if there are none. */
  readonly mcp: ToolServer | undefined;
  /** Undefined: the workspace belongs to no platform. */
  readonly platform: Platform | undefined;
  /** The observers of the agent's turns. */
  readonly observers: readonly TurnObserver[];
  /** Accepts messages to the own agent, resumes delegations of an earlier process, registers with the platform. */
  start(server: TeamServer): Promise<void>;
  /** Gives the engine to the platform, the tools to its turns, and adds the files that `send_file` sends to its answers. */
  attach(engine: AgentEngine): AgentEngine;
}

/** The server of the own agent, once it listens. */
export interface TeamServer {
  readonly acceptor: MessageAcceptor;
  readonly url: string;
  /** The platform has deleted the workspace. */
  readonly onDeleted: () => void;
  /** The number of turns that run or wait. */
  readonly activeTurns: () => number;
}

/** Puts together what makes an agent a member of a team, before there is an engine. */
export async function openTeam(
  workspace: WorkspaceDefinition,
  adapter: Adapter,
  store: TaskStore,
  steps: ShutdownSteps,
): Promise<Team> {
  const { options, config, settings, logger } = workspace;
  const { log, team } = store;
  const platform = await openPlatform(settings, config, store, logger);
  const configured = configuredPeers(config.subWorkspaces, options.environment, settings.workspaceId, logger);
  const directory = joinedDirectories(platform ? [configured, platform.directory] : [configured]);
  const inbox = new LateAnswerInbox(log);
  const delegator = await openDelegator(workspace, { store, directory, inbox, platform }, steps);
  const files = new OutgoingFiles(store.blobs);
  const tools = openTools(workspace, { directory, delegator, files, memories: team.memories, platform });
  const prompt = await openPrompt(workspace, { adapter, directory, platform }, steps);
  const turns = new ToolTurns();
  const mcp = await openToolServer(tools, turns, workspace, steps);
  const idle = new IdleClock();
  return {
    prompt,
    tools: toolsForEngine(tools, turns),
    directory,
    mcp,
    platform,
    observers: [...(platform?.observers ?? []), ...(config.idlePrompt === undefined ? [] : [idle])],
    attach(engine) {
      platform?.attach(engine);
      const withTools = mcp ? turns.decorate(engine, mcp.url) : engine;
      const withFiles = tools.some(({ name }) => name === 'send_file') ? files.decorate(withTools) : withTools;
      return platform ? platform.decorate(withFiles) : withFiles;
    },
    async start({ acceptor, url, activeTurns, onDeleted }) {
      inbox.open(acceptor);
      await delegator.start();
      const prompts = startOwnPrompts({
        config,
        owners: promptOwners(settings),
        marks: team.marks,
        acceptor,
        idle,
        activeTurns,
        logger,
      });
      steps.add('idle prompt', () => prompts.stop());
      if (!platform) return;
      prompt.onChange(() => platform.cardChanged());
      const onMessage = acceptPolled(acceptor, platformOwner(settings), logger);
      platform.start(url, { onRegistered: () => readAgain(prompt, workspace), onDeleted, onMessage });
      steps.add('platform', () => platform.stop());
    },
  };
}

/** Each owner gets the initial prompt. If all work in one directory, only the first one gets it. */
function promptOwners({ tokens, workDirMode }: RuntimeSettings): readonly string[] {
  const owners = tokens.length > 0 ? tokens.map(({ owner }) => owner) : [ANONYMOUS];
  return workDirMode === 'shared' ? owners.slice(0, 1) : owners;
}
