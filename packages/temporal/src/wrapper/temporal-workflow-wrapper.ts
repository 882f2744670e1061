import { randomUUID } from 'node:crypto';
import type { Logger } from '@molecule/adapters';
import { splitAddress } from '../client/tcp-probe.js';
import type { RunOutcome } from '../contract/run-outcome.js';
import type { WrapperStatus } from '../contract/status.js';
import type { TurnInput } from '../contract/turn-input.js';
import { CancelNotDeliveredError } from '../errors/cancel-not-delivered-error.js';
import { LinkSupervisor } from '../link/link-supervisor.js';
import { LocalTurns } from '../local/local-turns.js';
import { checkSecrets } from '../payload/encryption-keys.js';
import { resolveSettings, type WrapperSettings } from '../settings/settings.js';
import { errorDetail } from '../support/error-detail.js';
import { bounded } from '../support/wait.js';
import type { WrapperOptions } from './options.js';
import { CANCELED, type RunOptions, TurnRouter } from './turn-router.js';

const DEFAULT_HOST = 'localhost:7233';
/** How long turns that are aborted for a stop may take to be handed over. */
const HAND_OVER_MS = 5_000;

export interface StopOptions {
  /** Milliseconds in which turns may finish; turns that still run then are handed over. */
  readonly graceMs: number;
}

/** Runs turns durably while Temporal is available, and directly otherwise. One per workspace and process. */
export class TemporalWorkflowWrapper implements AsyncDisposable {
  readonly workspaceId: string;
  readonly #options: WrapperOptions;
  readonly #logger: Logger;
  readonly #turns: LocalTurns;
  readonly #supervisor: LinkSupervisor;
  readonly #router: TurnRouter;
  readonly #address: string;
  readonly #namespace: string;
  #state: Pick<WrapperStatus, 'state' | 'detail'> = { state: 'off', detail: 'not started' };
  readonly #loggedReasons = new Set<string>();
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * Does not connect.
   *
   * @throws {RangeError} for a setting or an address that cannot work; {@link EncryptionKeyError} `ENCRYPTION_KEY_INVALID`
   */
  constructor(options: WrapperOptions) {
    const settings = resolveSettings(options.settings);
    const { host = DEFAULT_HOST, namespace = 'default', encryptionKeys = [] } = options.server ?? {};
    checkSecrets(encryptionKeys);
    this.workspaceId = options.workspaceId;
    this.#options = options;
    this.#logger = options.logger.child({ component: 'temporal', workspaceId: options.workspaceId });
    this.#address = host;
    splitAddress(this.#address);
    this.#namespace = namespace;
    this.#turns = new LocalTurns(options.body, this.#logger);
    this.#supervisor = this.#createSupervisor(settings);
    this.#router = new TurnRouter(this.#supervisor, this.#turns, settings, this.#logger);
  }

  /**
   * Connects and begins to poll. Never throws, idempotent. Resolves when that has succeeded or failed, at the latest after
   * `settings.connectTimeoutMs`. After a failure it tries again in the background until {@link stop}.
   */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /**
   * Drains: accepts no turn, lets turns finish within `graceMs`, then aborts the rest with reason `shutdown`, so that another
   * process resumes them at once. Idempotent; the first call's grace period counts. Never throws.
   */
  stop(options: StopOptions): Promise<void> {
    this.#stopping ??= this.#stop(options);
    return this.#stopping;
  }

  /** True while connected and polling. */
  isAvailable(): boolean {
    return this.#supervisor.available !== undefined;
  }

  /** Number of turns whose start Temporal has not acknowledged yet. */
  get pendingStarts(): number {
    return this.#router.pendingStarts;
  }

  status(): WrapperStatus {
    const uiUrl = this.#options.server?.uiUrl;
    return { ...this.#state, address: this.#address, namespace: this.#namespace, ...(uiUrl && { uiUrl }) };
  }

  /**
   * Runs a turn: durably if Temporal is available and acknowledges it in time, directly otherwise. The turn begins at the
   * acknowledgement, unless it is `begun` already. A second call for the same turn joins the first. Never rejects.
   */
  run(input: TurnInput, options: RunOptions = {}): Promise<RunOutcome> {
    return this.#router.run(input, options);
  }

  /**
   * Cancels a task: at once if it runs here, and through Temporal if it runs elsewhere. Resolves if at least one of the two was
   * reached, or if Temporal has nothing to cancel.
   *
   * @throws {CancelNotDeliveredError} otherwise
   */
  async cancel(taskId: string): Promise<void> {
    const running = this.#turns.unsettledOf(taskId);
    for (const turn of running) turn.abort(CANCELED);
    // Temporal cannot cancel a turn that has not arrived there.
    const here = (await this.#router.cancelPending(taskId)) || running.length > 0;
    const link = this.#supervisor.available;
    if (!link) {
      if (!here) throw new CancelNotDeliveredError(taskId, this.#state.detail);
      return;
    }
    try {
      await link.cancel(taskId);
    } catch (error) {
      if (!here) throw new CancelNotDeliveredError(taskId, errorDetail(error), { cause: error });
      this.#logger.warn('a canceled task could not be canceled in Temporal too', { taskId, error: errorDetail(error) });
    }
  }

  /**
   * True if an operator has paused the task's turn in Temporal: the turn then waits until it is unpaused. False while Temporal
   * cannot be asked.
   */
  async isPaused(taskId: string): Promise<boolean> {
    const link = this.#supervisor.available;
    if (!link) return false;
    try {
      return await link.isPaused(taskId);
    } catch (error) {
      this.#logger.debug('Temporal could not be asked whether the turn is paused', {
        taskId,
        error: errorDetail(error),
      });
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop({ graceMs: 0 });
  }

  #createSupervisor(settings: WrapperSettings): LinkSupervisor {
    const { workspaceId, instanceId, workflowBundlePath, body, server = {} } = this.#options;
    const instancePrefix = `${workspaceId}@${instanceId}/`;
    return new LinkSupervisor(
      {
        server: {
          address: this.#address,
          namespace: this.#namespace,
          connection: server.connection ?? {},
          encryptionKeys: server.encryptionKeys ?? [],
        },
        worker: {
          workspaceId,
          identity: `${instancePrefix}${randomUUID()}`,
          instancePrefix,
          ...(server.workerBuildId !== undefined && { buildId: server.workerBuildId }),
          ...(workflowBundlePath !== undefined && { workflowBundlePath }),
        },
        settings,
        body,
        turns: this.#turns,
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
    // `LinkOptions.stopping` reads #stopping, which is set when this function first waits.
    await null;
    this.#changed('stopped', 'stopped');
    this.#supervisor.shutdown();
    await this.#settleWithin(graceMs);
    for (const turn of this.#turns.unsettled()) {
      turn.abort({ code: 'shutdown', message: 'The process is stopping.' });
    }
    await this.#settleWithin(HAND_OVER_MS);
    await this.#supervisor.close();
  }

  async #settleWithin(milliseconds: number): Promise<void> {
    const running = this.#turns.unsettled();
    if (running.length === 0 || milliseconds <= 0) return;
    const settled = Promise.allSettled(running.map(({ result }) => result));
    try {
      await bounded(settled, milliseconds, 'end of the turns');
    } catch {
      const left = running.filter(({ settled: hasEnded }) => !hasEnded).length;
      this.#logger.info('turns still run', { turns: left, waitedMs: milliseconds });
    }
  }

  #changed(state: WrapperStatus['state'], detail: string): void {
    const before = this.#state.state;
    if (before === 'stopped') return;
    this.#state = { state, detail };
    if (state !== 'unavailable') this.#loggedReasons.clear();
    // Each reason is logged once per outage, because further tries fail for the same reasons.
    const isLogged = state === before && this.#loggedReasons.has(detail);
    this.#loggedReasons.add(detail);
    const level = isLogged ? 'debug' : state === 'unavailable' ? 'warn' : 'info';
    this.#logger[level](`durable execution: ${state}`, { detail, address: this.#address });
    if (state !== before) this.#options.onStateChange?.(this.status());
  }
}

/**
 * Creates the wrapper of a workspace. Does not connect before `start()`.
 *
 * @throws what the constructor of {@link TemporalWorkflowWrapper} throws
 */
export function createWrapper(options: WrapperOptions): TemporalWorkflowWrapper {
  return new TemporalWorkflowWrapper(options);
}
