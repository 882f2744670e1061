import { AgentCards } from '../a2a/agent-card.js';
import { guarded } from '../a2a/guarded-handler.js';
import { MessageAcceptor } from '../a2a/message-acceptor.js';
import { MoleculeRequestHandler } from '../a2a/request-handler.js';
import { TaskWatcher } from '../a2a/task-watcher.js';
import { AccessControl } from '../access/access-control.js';
import { AllowedHosts } from '../access/allowed-hosts.js';
import { openExecution } from '../durable/open-execution.js';
import { addressWarnings, isEveryAddress } from '../environment/address-warnings.js';
import { createApp } from '../http/app.js';
import { checkAddress, listen } from '../http/http-server.js';
import { transcriptRoute } from '../platform/transcript-route.js';
import { Abandoner } from '../runner/abandoner.js';
import { startRecovery } from '../runner/recover-tasks.js';
import { TaskRunner } from '../runner/task-runner.js';
import { withdrawQuestions } from '../runner/withdraw-questions.js';
import type { RuntimeInfo, RuntimeOptions } from '../runtime-types.js';
import { cardSkills } from '../skills/card-skills.js';
import { openEngine } from './open-engine.js';
import { openTaskLog } from './open-task-log.js';
import { openTeam } from './open-team.js';
import { openAdapter, readWorkspace } from './open-workspace.js';
import { readiness } from './readiness.js';
import type { ShutdownSteps } from './shutdown-steps.js';

/**
 * How long the port stays shut while Temporal is looked for: one that is there takes less, one that is not is known at once,
 * and one that does not answer keeps nobody waiting.
 */
const LINK_AWAITED_MS = 1_000;

/** A runtime that serves requests. */
export interface BootedRuntime {
  readonly info: RuntimeInfo;
  readonly defaultGraceMs: number;
  activeTasks(): number;
  /** Takes no more messages, and waits for what runs; aborts it after `graceMs`. */
  drain(graceMs: number): Promise<void>;
}

/** Puts the runtime together, in the order in which its parts need each other. What must be undone goes into `steps`. */
export async function bootRuntime(options: RuntimeOptions, steps: ShutdownSteps): Promise<BootedRuntime> {
  const workspace = await readWorkspace(options);
  const { config, settings, logger } = workspace;
  const { adapter, runtimeConfig } = await openAdapter(options, workspace);
  // Before engines and servers are started for nothing.
  await checkAddress(settings.host, settings.port);
  const { log, locks } = await openTaskLog(settings, logger, steps);
  const team = await openTeam(options, workspace, adapter, log, steps);
  const { engine: own, demoModel } = await openEngine(options, workspace, adapter, runtimeConfig, team, steps);
  const engine = team.watch(own);
  const model = demoModel ?? settings.model;
  const identity = { agentName: config.name, engine: adapter.name };
  let leavesUnfinished = adapter.repeatableTurns ?? false;
  const abandoner = new Abandoner({
    log,
    engine,
    bootId: locks.bootId,
    isAlive: (bootId) => locks.isAlive(bootId),
    isRunning: (taskId) => runner.isRunning(taskId),
    logger,
  });
  abandoner.start();
  steps.add('abandoned work', () => abandoner.stop());
  const runner = new TaskRunner({
    log,
    engine,
    bootId: locks.bootId,
    isAlive: (bootId) => locks.isAlive(bootId),
    logger,
    limits: { idleMs: settings.turnIdleTimeoutMs, totalMs: settings.turnTimeoutMs },
    queueLimit: settings.queueLimit,
    retry: settings.retry,
    leavesUnfinished: () => leavesUnfinished,
    withdrawQuestions: async (newer) => {
      if (await withdrawQuestions(log, newer)) await abandoner.look();
    },
    identity,
    observers: team.observers,
  });
  const dev = options.dev ?? false;
  const execution = await openExecution(
    { settings, environment: options.environment, dev, runner, log, logger },
    steps,
  );
  leavesUnfinished ||= execution.wantsDurable;
  const { executor } = execution;
  const acceptor = new MessageAcceptor({
    log,
    runner,
    executor,
    bootId: locks.bootId,
    workspaceId: settings.workspaceId,
    model,
    identity,
    files: settings.incomingFiles,
    logger,
  });
  const access = new AccessControl(settings.tokens);
  let url = '';
  let stopping = false;
  let recovered = false;
  const publicUrl = () => settings.publicUrl ?? `${url}${settings.basePath}`;
  const cards = new AgentCards({
    name: config.name,
    description: config.description || adapter.description,
    version: config.version,
    url: publicUrl,
    streaming: config.a2a.streaming,
    tokens: access.required,
    skills: () => cardSkills(config.skills, team.prompt.skills),
    engine: adapter.displayName,
    model,
  });
  team.prompt.onChange(() => cards.changed());
  const watcher = new TaskWatcher(log);
  const handler = new MoleculeRequestHandler({
    cards,
    log,
    acceptor,
    executor,
    watcher,
    plainReplies: settings.platformUrl !== undefined,
  });
  const app = createApp({
    requestHandler: guarded(handler, logger),
    access,
    hosts: new AllowedHosts(settings),
    checkEveryHost: settings.allowedHosts.length > 0,
    basePath: settings.basePath,
    isStopping: () => stopping,
    cardChangedAt: () => cards.changedAt,
    readiness: () => readiness({ engine, log, execution, recovered, logger }),
    transcript: transcriptRoute({
      engine,
      runtime: adapter.name,
      access,
      log,
      platformToken: () => team.platform?.token(),
    }),
    maxBodyBytes: settings.maxBodyBytes,
    corsOrigins: settings.corsOrigins,
    logger,
  });
  // Nothing is accepted that cannot be kept: what is required must be there, and what is wanted gets a moment.
  const linked = execution.start();
  await (settings.temporal.enabled === 'required' ? linked : atMost(linked, LINK_AWAITED_MS));
  const server = await listen(app, settings.host, settings.port, settings);
  steps.add('HTTP server', () => server.close());
  url = `http://${reachable(settings.host)}:${server.port}`;
  await linked;
  const recovery = await startRecovery({
    log,
    executor,
    bootId: locks.bootId,
    isAlive: (bootId) => locks.isAlive(bootId),
    isRunning: (taskId) => runner.isRunning(taskId),
    repeatableTurns: adapter.repeatableTurns ?? false,
    execution,
    logger,
  });
  steps.add('recovery', () => recovery.stop());
  recovered = true;
  await team.start(acceptor, url, () => runner.activeTurns());
  return {
    info: {
      name: config.name,
      description: config.description || adapter.description,
      version: config.version,
      engine: adapter.displayName,
      model,
      demoModel: demoModel !== undefined,
      modelKeys: adapter.credentials?.(settings.model, options.environment).anyOf ?? [],
      url: publicUrl(),
      cardUrl: `${publicUrl()}/.well-known/agent-card.json`,
      ...(addressWarnings(settings.host, settings.publicUrl).length > 0 && { cardSaysLocalhost: true }),
      stateDir: settings.stateDir,
      taskStore: settings.taskStore,
      durable: execution.status(),
      access: access.required ? 'tokens' : 'anonymous',
    },
    defaultGraceMs: settings.shutdownGraceMs,
    activeTasks: () => runner.activeTurns(),
    async drain(graceMs) {
      // The port stays open: whoever comes is told to come back, and can still ask for tasks.
      stopping = true;
      acceptor.stop();
      recovery.stop();
      // What waits for storage then waits no longer: the next process finds its turns.
      const hurry = setTimeout(() => log.giveUp(), graceMs);
      await execution.drain(graceMs);
      clearTimeout(hurry);
    },
  };
}

/** Waits for a promise, but not longer than so many milliseconds. */
async function atMost(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** An address that a client on this machine can use. */
function reachable(host: string): string {
  if (isEveryAddress(host)) return 'localhost';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
