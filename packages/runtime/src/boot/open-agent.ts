import type { Adapter, AgentEngine } from '@molecule/adapters';
import { withIncomingFiles } from '../engine/files/incoming-files.js';
import { withStoredAnswerFiles } from '../engine/files/stored-answer-files.js';
import type { WorkDirs } from '../engine/files/work-dirs.js';
import { checkAddress } from '../serving/http/connections/bind.js';
import type { ShutdownSteps } from '../support/shutdown-steps.js';
import type { TaskStore } from '../tasks/task-store.js';
import { openEngine } from './engine/open-engine.js';
import { openWorkDirs } from './engine/open-work-dirs.js';
import { openStore } from './open-store.js';
import { openAdapter, type WorkspaceDefinition } from './open-workspace.js';
import { openTeam, type Team } from './team/open-team.js';

/** An agent that can run turns: its store, its team and its engine. */
export interface Agent {
  readonly workspace: WorkspaceDefinition;
  readonly adapter: Adapter;
  readonly store: TaskStore;
  readonly team: Team;
  readonly engine: AgentEngine;
  readonly workDirs: WorkDirs;
  /** The name of the model that answers. */
  readonly model: string;
  /** True: `model` is the demo model. */
  readonly demoModel: boolean;
}

/** Opens the parts of an agent, in the order in which they need each other. */
export async function openAgent(workspace: WorkspaceDefinition, steps: ShutdownSteps): Promise<Agent> {
  const { settings, logger } = workspace;
  const configured = await openAdapter(workspace);
  const { adapter } = configured;
  // An address that is in use is reported before an engine is started for nothing.
  await checkAddress({ host: settings.host, port: settings.port, setting: 'PORT' });
  if (settings.grpc) {
    await checkAddress({ host: settings.host, port: settings.grpc.port, setting: 'MOLECULE_GRPC_PORT' });
  }
  const store = await openStore(settings, logger, steps);
  const { workDirs, baseOwner } = await openWorkDirs(workspace);
  if (baseOwner !== undefined) await store.team.memories.adopt(baseOwner);
  const team = await openTeam(workspace, adapter, store, steps);
  const parts = { team, workDir: workDirs.base, store: store.log.engineRecords };
  const { engine, demoModel } = await openEngine(workspace, configured, parts, steps);
  const withFiles = withStoredAnswerFiles(withIncomingFiles(engine, store.blobs), store.blobs);
  return {
    workspace,
    adapter,
    store,
    team,
    workDirs,
    // Outermost, because everything around the engine may use the directory of the turn.
    engine: workDirs.decorate(team.attach(withFiles)),
    model: demoModel ?? settings.model,
    demoModel: demoModel !== undefined,
  };
}
