import type { ShutdownSteps } from '../support/shutdown-steps.js';
import { within } from '../support/wait.js';
import { findConsolePages } from './console-pages.js';
import { openAgent } from './open-agent.js';
import { openPush } from './open-push.js';
import { openServer, type ServerState } from './open-server.js';
import { openTurns } from './open-turns.js';
import type { WorkspaceDefinition } from './open-workspace.js';
import { runtimeInfo } from './runtime-info.js';
import type { RuntimeInfo } from './runtime-types.js';

/**
 * How long the port stays closed while Temporal is searched for. A Temporal that is there answers sooner, and one that is not
 * is known to be missing at once. This bounds the wait for one that does not answer.
 */
const LINK_AWAITED_MS = 1_000;

/** A runtime that serves requests. */
export interface BootedRuntime {
  readonly info: RuntimeInfo;
  readonly defaultGraceMs: number;
  /** The number of turns that run or wait. */
  activeTasks(): number;
  /** Refuses new messages, and waits for the turns that run. After `graceMs` they are aborted or handed over. */
  drain(graceMs: number): Promise<void>;
}

/**
 * Puts the runtime together, each part after those that it needs. What a shutdown must undo is added to `steps`.
 *
 * @param onDeleted the platform has deleted the workspace
 */
export async function bootRuntime(
  workspace: WorkspaceDefinition,
  steps: ShutdownSteps,
  onDeleted: () => void,
): Promise<BootedRuntime> {
  const { settings } = workspace;
  const state: ServerState = { recovered: false, stopping: false };
  // A missing package is reported before an engine is started for nothing.
  const pages = await findConsolePages(workspace);
  const agent = await openAgent(workspace, steps);
  const turns = await openTurns(agent, pages, steps);
  const { acceptor, runner, execution } = turns;
  const linked = execution.start();
  await (settings.temporal.enabled === 'required' ? linked : within(linked, LINK_AWAITED_MS, () => {}));
  const { localUrl, publicUrl, grpcAddress, push } = await openServer(agent, turns, pages, state, steps);
  openPush(agent, push, steps);
  await linked;
  await turns.recover();
  state.recovered = true;
  await agent.team.start({ acceptor, url: localUrl, activeTurns: () => runner.activeTurns(), onDeleted });
  return {
    info: runtimeInfo(agent, { url: publicUrl, grpcAddress, pages }, execution.status()),
    defaultGraceMs: settings.shutdownGraceMs,
    activeTasks: () => runner.activeTurns(),
    async drain(graceMs) {
      // The port stays open: new messages are refused with Retry-After, and tasks can still be read.
      state.stopping = true;
      await turns.drain(graceMs);
    },
  };
}
