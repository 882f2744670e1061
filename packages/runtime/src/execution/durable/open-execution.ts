import type { Logger } from '@molecule/adapters';
import type { TemporalServer, TemporalWorkflowWrapper } from '@molecule/temporal';
import type { Env } from '../../settings/environment/env.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { DirectDispatcher } from '../turns/direct-dispatcher.js';
import type { TurnDispatcher } from '../turns/turn-dispatcher.js';
import type { TurnRunner } from '../turns/turn-runner.js';
import { type DevTemporal, startDevTemporal } from './dev-temporal.js';
import { DurableDispatcher } from './durable-dispatcher.js';
import { DurableError } from './durable-error.js';
import type { DurableStatus } from './durable-status.js';
import { holdInstanceSlot } from './instance-slot.js';
import { importTemporal, type TemporalModule } from './temporal-module.js';
import { createTurnBody } from './turn-body.js';

export interface ExecutionOptions {
  readonly settings: RuntimeSettings;
  readonly environment: Env;
  /** True: a Temporal development server is started if the environment names no server. */
  readonly dev: boolean;
  readonly runner: TurnRunner;
  readonly log: TaskLog;
  /** The id of a store that several state directories share; undefined: the store belongs to the state directory. */
  readonly storeId: string | undefined;
  readonly logger: Logger;
}

/** How a process executes turns: directly, or durably with direct execution as the fallback. */
export interface Execution {
  readonly dispatcher: TurnDispatcher;
  /** Connects to Temporal. Resolves when the first try has succeeded or failed; the wrapper keeps trying. */
  start(): Promise<void>;
  status(): DurableStatus;
  /** True while turns are durable. */
  isDurable(): boolean;
  /** The web page with the history of a task's turns; undefined: none is known. */
  historyUrl(taskId: string): string | undefined;
  /** True if an operator has paused the task's turn in Temporal; false if Temporal cannot be asked. */
  isPaused(taskId: string): Promise<boolean>;
  /** True if the workspace wants Temporal, connected or not. */
  readonly wantsDurable: boolean;
  /**
   * Lets running turns end within `graceMs`, and hands over or ends the rest.
   *
   * @param others other processes run the workspace's turns: they get those that have not begun
   */
  drain(graceMs: number, others: boolean): Promise<void>;
}

/**
 * Opens the execution that the settings ask for and the installed packages allow. If the development server does not start, that is
 * logged, and thrown only if Temporal is required.
 *
 * @throws {DurableError} `TEMPORAL_NOT_INSTALLED`
 */
export async function openExecution(options: ExecutionOptions, steps: ShutdownSteps): Promise<Execution> {
  const { settings, logger } = options;
  const { enabled } = settings.temporal;
  if (enabled === 'off') return direct(options, 'switched off (MOLECULE_TEMPORAL=off)');
  const temporal = await importTemporal();
  if (!temporal) {
    const detail = '@molecule/temporal is not installed: npm install @molecule/temporal';
    if (enabled === 'required')
      throw new DurableError('TEMPORAL_NOT_INSTALLED', `MOLECULE_TEMPORAL=required, but ${detail}`);
    logger.info(`turns run directly: ${detail}`);
    return direct(options, detail);
  }
  const dev = options.dev && !settings.temporal.explicit ? await devServer(temporal, options, steps) : undefined;
  return durable(temporal, options, dev, steps);
}

function direct({ runner, log, logger }: ExecutionOptions, detail: string): Execution {
  return {
    dispatcher: new DirectDispatcher(runner, log, logger),
    async start() {},
    status: () => ({ yes: false, detail }),
    isDurable: () => false,
    historyUrl: () => undefined,
    isPaused: async () => false,
    wantsDurable: false,
    drain: (graceMs, others) => runner.drain(graceMs, others),
  };
}

function durable(
  temporal: TemporalModule,
  options: ExecutionOptions,
  dev: DevTemporal | undefined,
  steps: ShutdownSteps,
): Execution {
  const { settings, log, runner, logger } = options;
  const wrapper = makeWrapper(temporal, options, dev, steps);
  steps.add('durable execution', () => wrapper.stop({ graceMs: 0 }));
  return {
    dispatcher: new DurableDispatcher({ wrapper, runner, log, logger }),
    async start() {
      await wrapper.start();
      if (settings.temporal.enabled !== 'required' || wrapper.isAvailable()) return;
      throw new DurableError(
        'TEMPORAL_UNAVAILABLE',
        `MOLECULE_TEMPORAL=required, but Temporal at ${wrapper.status().address} is not available: ${wrapper.status().detail}. Start it, or set TEMPORAL_HOST to its address.`,
      );
    },
    status: () => statusOf(wrapper),
    isDurable: () => wrapper.isAvailable(),
    historyUrl(taskId) {
      const { namespace, uiUrl } = wrapper.status();
      const page = settings.temporal.uiUrl ?? uiUrl;
      if (page === undefined) return undefined;
      const workflow = encodeURIComponent(temporal.workflowIdFor(taskId));
      return `${page}/namespaces/${encodeURIComponent(namespace)}/workflows/${workflow}`;
    },
    isPaused: (taskId) => wrapper.isPaused(taskId),
    wantsDurable: true,
    async drain(graceMs, others) {
      // The runner as well, because a turn may run that its workflow has not joined yet.
      await Promise.all([wrapper.stop({ graceMs }), runner.drain(graceMs, others)]);
    },
  };
}

function makeWrapper(
  temporal: TemporalModule,
  options: ExecutionOptions,
  dev: DevTemporal | undefined,
  steps: ShutdownSteps,
): TemporalWorkflowWrapper {
  const { settings, runner, log, storeId, logger } = options;
  const slot = holdInstanceSlot(settings.stateDir, logger);
  steps.add('instance slot', () => slot.release());
  return temporal.createWrapper({
    workspaceId: durableWorkspaceId(settings, storeId ?? slot.stateId),
    instanceId: slot.instanceId,
    body: createTurnBody(runner, log, temporal),
    logger,
    server: serverOf(temporal, options, dev),
    // A turn that waits for its lane or its slot sends heartbeats, too.
    settings: { maxConcurrentTurns: settings.queueLimits.running + settings.queueLimits.waiting },
  });
}

function serverOf(
  temporal: TemporalModule,
  { settings, environment }: ExecutionOptions,
  dev: DevTemporal | undefined,
): TemporalServer {
  const { host, namespace, connection } = temporal.readTemporalEnvironment(environment);
  return {
    host: dev?.address ?? host ?? settings.temporal.host,
    namespace: namespace ?? settings.temporal.namespace,
    connection: dev ? {} : connection,
    encryptionKeys: settings.encryptionKeys,
    ...(settings.temporal.buildId !== undefined && { workerBuildId: settings.temporal.buildId }),
    ...(dev?.uiUrl !== undefined && { uiUrl: dev.uiUrl }),
  };
}

/**
 * The id that names the task queue. Two agents of one name on one Temporal must not get each other's turns, so an id that was not
 * set explicitly gets a part that is unique to the store of its tasks: all replicas that share the tasks have one task queue.
 */
function durableWorkspaceId({ workspaceId, workspaceIdGiven }: RuntimeSettings, storeId: string): string {
  return workspaceIdGiven ? workspaceId : `${workspaceId}-${storeId.slice(0, 8)}`;
}

/** Undefined: it could not be started, and turns run directly. */
async function devServer(
  temporal: TemporalModule,
  { settings, environment, logger }: ExecutionOptions,
  steps: ShutdownSteps,
): Promise<DevTemporal | undefined> {
  try {
    const server = await startDevTemporal(temporal, settings, environment, logger);
    steps.add('Temporal dev server', () => server.stop());
    return server;
  } catch (error) {
    if (settings.temporal.enabled === 'required') throw error;
    logger.warn('no Temporal server could be started; turns run directly', { reason: (error as Error).message });
    return undefined;
  }
}

function statusOf(wrapper: TemporalWorkflowWrapper): DurableStatus {
  const { address, namespace, detail, uiUrl } = wrapper.status();
  if (!wrapper.isAvailable())
    return { yes: false, detail: `Temporal at ${address}: ${detail}; the server keeps trying to connect` };
  const where = `Temporal at ${address}${namespace === 'default' ? '' : `, namespace ${namespace}`}`;
  return { yes: true, detail: where, ...(uiUrl !== undefined && { uiUrl }) };
}
