import { mkdir } from 'node:fs/promises';
import type { AdapterContext, AgentEngine } from '@molecule/adapters';
import { HermesClient } from './api/hermes-client.js';
import type { HermesConfig } from './config.js';
import { HermesEngine } from './engine.js';
import { findHermesCommand } from './gateway/find-command.js';
import type { Gateway } from './gateway/gateway.js';
import { gatewayFiles } from './gateway/gateway-files.js';
import { hermesConfig } from './gateway/hermes-config.js';
import { machineName } from './gateway/machine-name.js';
import { useRunningGateway } from './gateway/running-gateway.js';
import { toolPlugin } from './gateway/runtime-tools.js';
import { SupervisedGateway } from './gateway/supervised-gateway.js';
import { hermesModel } from './model/hermes-model.js';
import type { EngineParts } from './turns/engine-parts.js';
import { RunNotes } from './turns/record/run-notes.js';
import { TurnJournal } from './turns/record/turn-journal.js';
import { TurnPlaces } from './turns/record/turn-places.js';
import type { StopParts } from './turns/run/stop-run.js';
import { WaitingRuns } from './turns/run/waiting-runs.js';

/**
 * Finds or starts Hermes and creates the engine.
 *
 * @throws {HermesError} if no Hermes can be used
 */
export async function createEngine(context: AdapterContext<HermesConfig>): Promise<AgentEngine> {
  const { workspace, logger } = context;
  const journal = new TurnJournal(gatewayFiles(workspace.stateDir).turns);
  const gateway = await openGateway(context, journal);
  const files = gatewayFiles(workspace.stateDir);
  const client = new HermesClient(gateway);
  const stop: StopParts = { client, journal, parked: new Map(), ...(gateway.owned && { home: files.home }), logger };
  const { approval_timeout_seconds: seconds, max_concurrent_runs: places } = context.config;
  const waiting = new WaitingRuns(stop, seconds * 1000);
  await waiting.watch();
  const notes = new RunNotes(files.notes);
  await notes.sweep(Date.now());
  const parts: EngineParts = {
    ...stop,
    notes,
    waiting,
    ...(gateway.owned && { places: new TurnPlaces(files.notes) }),
    workspace,
    // An external Hermes has the runs of all machines.
    machine: gateway.owned ? await machineName(files.machine) : 'external',
    ...(context.store && { store: context.store }),
    get systemPrompt() {
      return context.systemPrompt;
    },
  };
  return new HermesEngine(gateway, parts, places);
}

async function openGateway(context: AdapterContext<HermesConfig>, journal: TurnJournal): Promise<Gateway> {
  const { config: settings, workspace, environment, model, modelEndpoint, tools, logger } = context;
  const budgetMs = settings.start_timeout_seconds * 1000;
  if (settings.hermes_command === undefined && environment['HERMES_API_BASE']) {
    if (tools.length > 0) {
      logger.warn('the tools of the runtime are not offered to an external Hermes', {
        code: 'HERMES_TOOLS_NOT_OFFERED',
        tools: tools.map(({ name }) => name),
      });
    }
    return useRunningGateway(environment, budgetMs, logger);
  }
  const command = await findHermesCommand({ configured: settings.hermes_command, workspace, environment, logger });
  const files = gatewayFiles(workspace.stateDir);
  await mkdir(files.home, { recursive: true, mode: 0o700 });
  // The demo model calls no tools, and reads long lists of them slowly.
  const isToolless = modelEndpoint !== undefined && settings.toolsets === undefined;
  const plugin = await toolPlugin(isToolless ? [] : tools);
  const config = hermesConfig({
    settings,
    model: hermesModel({ model, modelEndpoint, environment, contextLength: settings.context_length }),
    demoModel: modelEndpoint !== undefined,
    workDir: workspace.workDir,
    hasRuntimeTools: !isToolless && tools.length > 0,
  });
  return SupervisedGateway.start({
    command,
    files,
    homeFiles: { 'config.yaml': config, ...plugin },
    variables: { environment, passed: settings.pass_environment },
    workDir: workspace.workDir,
    budgetMs,
    mayAdopt: !(await journal.hasUnknownRun()),
    logger,
  });
}
