import type { Logger } from '@molecule/adapters';
import type { TemporalWorkflowWrapper } from '@molecule/temporal';
import type { ShutdownSteps } from '../boot/shutdown-steps.js';
import type { Env } from '../environment/env.js';
import type { RuntimeSettings } from '../environment/runtime-settings.js';
import { DirectExecutor } from '../runner/direct-executor.js';
import type { TaskExecutor } from '../runner/task-executor.js';
import type { TaskRunner } from '../runner/task-runner.js';
import type { RuntimeInfo } from '../runtime-types.js';
import type { TaskLog } from '../task-log/task-log.js';
import { type DevTemporal, startDevTemporal } from './dev-temporal.js';
import { DurableError } from './durable-error.js';
import { DurableExecutor } from './durable-executor.js';
import { holdInstanceSlot, type InstanceSlot } from './instance-slot.js';
import { RunnerBody } from './runner-body.js';
import { importTemporal, type TemporalModule } from './temporal-module.js';

export interface ExecutionOptions {
  readonly settings: RuntimeSettings;
  readonly environment: Env;
  /** A Temporal server is started when the environment names none. */
  readonly dev: boolean;
  readonly runner: TaskRunner;
  readonly log: TaskLog;
  readonly logger: Logger;
}

/** How turns are executed. */
export interface Execution {
  readonly executor: TaskExecutor;
  /** Connects; resolves when it is known whether that worked. Going on trying is the wrapper's. */
  start(): Promise<void>;
  /** How things stand now. */
  status(): RuntimeInfo['durable'];
  /** True while turns go to a durable engine. */
  isDurable(): boolean;
  /** Whether an operator holds the task's turn back; false when nobody can be asked. */
  isPaused(taskId: string): Promise<boolean>;
  /** True when a durable engine is meant to be there, now or later. */
  readonly wantsDurable: boolean;
  /** Takes no more turns, lets those that run end within `graceMs`, and hands over or ends the rest. */
  drain(graceMs: number): Promise<void>;
}

/**
 * Direct execution, or durable execution with direct as its fallback, as the settings and the installed packages have it.
 *
 * @throws {DurableError} `TEMPORAL_NOT_INSTALLED`; what the dev server throws is told and not thrown, unless it is required
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
    executor: new DirectExecutor(runner, log, logger),
    async start() {},
    status: () => ({ yes: false, detail }),
    isDurable: () => false,
    isPaused: async () => false,
    wantsDurable: false,
    drain: (graceMs) => runner.drain(graceMs),
  };
}

function durable(
  temporal: TemporalModule,
  options: ExecutionOptions,
  dev: DevTemporal | undefined,
  steps: ShutdownSteps,
): Execution {
  const { settings, log, runner, logger } = options;
  const body = new RunnerBody(runner, log, temporal);
  const wrapper = makeWrapper(temporal, options, body, dev, steps);
  steps.add('durable execution', () => wrapper.stop({ graceMs: 0 }));
  return {
    executor: new DurableExecutor({ wrapper, runner, log, logger }),
    async start() {
      await wrapper.start();
      if (settings.temporal.enabled !== 'required' || wrapper.isAvailable()) return;
      throw new DurableError(
        'TEMPORAL_UNAVAILABLE',
        `MOLECULE_TEMPORAL=required, but Temporal at ${wrapper.status().address} is not available: ${wrapper.status().detail}. Start it, or set TEMPORAL_HOST to where it is.`,
      );
    },
    status: () => statusOf(wrapper),
    isDurable: () => wrapper.isAvailable(),
    isPaused: (taskId) => wrapper.isPaused(taskId),
    wantsDurable: true,
    async drain(graceMs) {
      // Both: a turn may run that its workflow has not joined yet.
      await Promise.all([wrapper.stop({ graceMs }), runner.drain(graceMs)]);
    },
  };
}

function makeWrapper(
  temporal: TemporalModule,
  options: ExecutionOptions,
  body: RunnerBody,
  dev: DevTemporal | undefined,
  steps: ShutdownSteps,
): TemporalWorkflowWrapper {
  const { settings, environment, log, logger } = options;
  const slot = holdInstanceSlot(settings.stateDir, logger);
  steps.add('instance slot', () => slot.release());
  const fromEnvironment = temporal.readTemporalEnvironment(environment);
  return temporal.createWrapper({
    workspaceId: durableWorkspaceId(settings, slot),
    instanceId: slot.instanceId,
    body,
    logger,
    host: dev?.address ?? fromEnvironment.host ?? settings.temporal.host,
    namespace: fromEnvironment.namespace ?? settings.temporal.namespace,
    connection: dev ? {} : fromEnvironment.connection,
    encryptionKeys: settings.encryptionKeys,
    unfinished: async () => (await log.read.unfinished()).map(({ taskId }) => taskId),
    ...(dev?.uiUrl !== undefined && { uiUrl: dev.uiUrl }),
  });
}

/**
 * Names the task queue. Two agents of one name on one Temporal must not take each other's turns, so a name that nobody
 * chose gets something of the state directory's own.
 */
function durableWorkspaceId(settings: RuntimeSettings, slot: InstanceSlot): string {
  return settings.workspaceIdGiven ? settings.workspaceId : `${settings.workspaceId}-${slot.stateId.slice(0, 8)}`;
}

/** Without its server a workspace still answers; only when durability is required, its absence is an error. */
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

function statusOf(wrapper: TemporalWorkflowWrapper): RuntimeInfo['durable'] {
  const { address, namespace, detail, uiUrl } = wrapper.status();
  if (!wrapper.isAvailable())
    return { yes: false, detail: `Temporal at ${address}: ${detail}; it is tried again and again` };
  const where = `Temporal at ${address}${namespace === 'default' ? '' : `, namespace ${namespace}`}`;
  return { yes: true, detail: where, ...(uiUrl !== undefined && { uiUrl }) };
}
