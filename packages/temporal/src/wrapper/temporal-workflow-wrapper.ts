import { randomUUID } from 'node:crypto';
import type { Logger } from '@molecule/adapters';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { RunOutcome } from '../contract/run-outcome.js';
import type { WrapperStatus } from '../contract/status.js';
import { CancelNotDelivered } from '../errors/cancel-not-delivered.js';
import { LinkSupervisor } from '../link/link-supervisor.js';
import { splitAddress } from '../link/tcp-probe.js';
import { TurnStarter } from '../live/turn-starter.js';
import { checkSecrets } from '../payload/encryption-keys.js';
import { resolveSettings, type TemporalSettings } from '../settings/settings.js';
import { bounded } from '../support/bounded.js';
import { errorDetail } from '../support/error-detail.js';
import type { WrapperOptions } from './options.js';
import { CANCELED, type RunOptions, TurnRunner } from './turn-runner.js';

const DEFAULT_HOST = 'localhost:7233';
/** How long aborted turns may take to hand themselves over when the process stops. */
const HAND_OVER_MS = 5_000;

export interface StopOptions {
  /** Milliseconds in which turns may still finish; what runs then is handed over. */
  readonly graceMs: number;
}

/** Runs turns durably on Temporal while it is there, and directly while it is not. One per workspace and process. */
export class TemporalWorkflowWrapper implements AsyncDisposable {
  readonly workspaceId: string;
  readonly #options: WrapperOptions;
  readonly #logger: Logger;
  readonly #starter: TurnStarter;
  readonly #supervisor: LinkSupervisor;
  readonly #runner: TurnRunner;
  readonly #address: string;
  readonly #namespace: string;
  #state: Pick<WrapperStatus, 'state' | 'detail'> = { state: 'off', detail: 'not started' };
  readonly #toldReasons = new Set<string>();
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /** Throws for options that cannot work; connects to nothing. */
  constructor(options: WrapperOptions) {
    const settings = resolveSettings(options.settings);
    checkSecrets(options.encryptionKeys ?? []);
    this.workspaceId = options.workspaceId;
    this.#options = options;
    this.#logger = options.logger.child({ component: 'temporal', workspaceId: options.workspaceId });
    this.#address = options.host ?? DEFAULT_HOST;
    splitAddress(this.#address);
    this.#namespace = options.namespace ?? 'default';
    this.#starter = new TurnStarter(options.body, this.#logger);
    this.#supervisor = this.#createSupervisor(settings);
    this.#runner = new TurnRunner(this.#supervisor, this.#starter, settings, this.#logger);
  }

  /**
   * Connects and begins to poll. Never throws, idempotent. Resolves when that has succeeded or failed, at the latest after
   * `settings.connectTimeoutMs`; connecting goes on in the background until {@link stop}.
   */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /**
   * Drains: takes nothing new, lets turns finish within `graceMs`, then aborts the rest with reason `shutdown`, so that
   * another process goes on with them at once. Idempotent; the first call's grace counts. Never throws.
   */
  stop(options: StopOptions): Promise<void> {
    this.#stopping ??= this.#stop(options);
    return this.#stopping;
  }

  /** True while connected and polling, now. */
  isAvailable(): boolean {
    return this.#supervisor.available !== undefined;
  }

  /** How many turns are on their way to Temporal, and not acknowledged yet. */
  get pendingStarts(): number {
    return this.#runner.pendingStarts;
  }

  status(): WrapperStatus {
    const { uiUrl } = this.#options;
    return { ...this.#state, address: this.#address, namespace: this.#namespace, ...(uiUrl && { uiUrl }) };
  }

  /**
   * Runs a turn: durably when Temporal is available and acknowledges it in time, directly otherwise. The turn begins at
   * the acknowledgement, unless it is `begun` already. The same turn again joins the first. Never rejects.
   */
  run(input: AgentTaskInput, options: RunOptions = {}): Promise<RunOutcome> {
    return this.#runner.run(input, options);
  }

  /**
   * Cancels a task: at once when it runs here, through Temporal wherever it runs. Resolves when at least one of the two
   * was told, or Temporal knows of nothing to cancel. Throws {@link CancelNotDelivered} otherwise.
   */
  async cancel(taskId: string): Promise<void> {
    const running = this.#starter.registry.unsettledOf(taskId);
    for (const task of running) task.abort(CANCELED);
    // Temporal cannot cancel what it does not know of yet.
    const here = (await this.#runner.cancelPending(taskId)) || running.length > 0;
    const link = this.#supervisor.available;
    if (!link) {
      if (!here) throw new CancelNotDelivered(taskId, this.#state.detail);
      return;
    }
    try {
      await link.cancel(taskId);
    } catch (error) {
      if (!here) throw new CancelNotDelivered(taskId, errorDetail(error), { cause: error });
      this.#logger.warn('a canceled task could not be canceled in Temporal too', { taskId, error: errorDetail(error) });
    }
  }

  /**
   * Whether an operator has paused the task's turn in Temporal, so that it must wait until it is unpaused. False while
   * Temporal cannot be asked: nobody waits for it.
   */
  async isPaused(taskId: string): Promise<boolean> {
    const link = this.#supervisor.available;
    if (!link) return false;
    try {
      return await link.isPaused(taskId);
    } catch (error) {
      this.#logger.debug('could not ask Temporal whether the turn is paused', { taskId, error: errorDetail(error) });
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop({ graceMs: 0 });
  }

  #createSupervisor(settings: TemporalSettings): LinkSupervisor {
    const { workspaceId, instanceId, connection, encryptionKeys, workflowBundlePath, unfinished, body } = this.#options;
    const instancePrefix = `${workspaceId}@${instanceId}/`;
    return new LinkSupervisor(
      {
        workspaceId,
        address: this.#address,
        namespace: this.#namespace,
        connection: connection ?? {},
        identity: `${instancePrefix}${randomUUID()}`,
        instancePrefix,
        settings,
        encryptionKeys: encryptionKeys ?? [],
        workflowBundlePath,
        unfinished: unfinished ?? (async () => []),
        body,
        starter: this.#starter,
        stopping: () => this.#stopping !== undefined,
        logger: this.#logger,
      },
      (state, detail) => this.#changed(state, detail),
    );
  }

  async #start(): Promise<void> {
    if (this.#stopping !== undefined) return;
    this.#changed('connecting', `connecting to ${this.#address}`);
    await this.#supervisor.start();
  }

  async #stop({ graceMs }: StopOptions): Promise<void> {
    // `stopping` is asked for through #stopping, which is set when this function first waits.
    await null;
    this.#changed('stopped', 'stopped');
    this.#supervisor.shutdown();
    await this.#settleWithin(graceMs);
    for (const task of this.#starter.registry.unsettled()) {
      task.abort({ code: 'shutdown', message: 'The process is stopping.' });
    }
    await this.#settleWithin(HAND_OVER_MS);
    await this.#supervisor.close();
  }

  async #settleWithin(milliseconds: number): Promise<void> {
    const running = this.#starter.registry.unsettled();
    if (running.length === 0 || milliseconds <= 0) return;
    const settled = Promise.allSettled(running.map((task) => task.result));
    try {
      await bounded(settled, milliseconds, 'end of the turns');
    } catch {
      const left = running.filter((task) => !task.settled).length;
      this.#logger.info('turns still run', { turns: left, waitedMs: milliseconds });
    }
  }

  #changed(state: WrapperStatus['state'], detail: string): void {
    const before = this.#state.state;
    if (before === 'stopped') return;
    this.#state = { state, detail };
    if (state !== 'unavailable') this.#toldReasons.clear();
    // Each reason once an outage: the next tries fail for the same, or for one and the other in turn.
    const told = state === before && this.#toldReasons.has(detail);
    this.#toldReasons.add(detail);
    const level = told ? 'debug' : state === 'unavailable' ? 'warn' : 'info';
    this.#logger[level](`durable execution: ${state}`, { detail, address: this.#address });
    if (state !== before) this.#options.onStateChange?.(this.status());
  }
}
