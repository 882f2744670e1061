import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';
import { AttemptOwnership, isPaused } from '../activities/attempt-ownership.js';
import { createActivities } from '../activities/create-activities.js';
import { TurnGuard } from '../activities/turn-guard.js';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import { workflowIdFor } from '../contract/names.js';
import type { LlmResult } from '../contract/task-body.js';
import type { LiveTask } from '../live/live-task.js';
import { createDataConverter } from '../payload/data-converter.js';
import { PayloadMeter } from '../payload/payload-meter.js';
import { bounded } from '../support/bounded.js';
import { delay } from '../support/delay.js';
import { errorDetail } from '../support/error-detail.js';
import { Calls, ConnectionClosed } from './calls.js';
import { checkNamespace } from './check-namespace.js';
import { openGrpcCalls, openNativeConnection } from './connections.js';
import { createWorker } from './create-worker.js';
import type { LinkOptions } from './link-options.js';
import { giveUpLostTurns } from './lost-turns.js';
import { installNativeRuntime } from './native-runtime.js';
import { remoteResult } from './remote-result.js';
import { cancelWorkflow, isNoAccess, isRefusal, type SubmittedTurn, submitTurn } from './submit-turn.js';

/** Temporal's index of running workflows lags by a moment, so what died just before is found by looking again. */
const SWEEP_AGAIN_AFTER_MS = [2_000, 8_000];
const CLOSE_TIMEOUT_MS = 5_000;

/** An open connection with a worker that polls. Each call on it is made by {@link Calls}, so none outlives it. */
export class OpenLink {
  readonly #closed = new AbortController();

  private constructor(
    private readonly options: LinkOptions,
    private readonly client: Client,
    private readonly calls: Calls,
    private readonly worker: Worker,
    private readonly meter: PayloadMeter,
    private readonly guard: TurnGuard,
    /** Settles when the worker has stopped; rejects when it failed. */
    readonly stopped: Promise<void>,
  ) {
    // It may fail while nobody waits for it; whoever does later has the error all the same.
    stopped.catch(() => {});
  }

  /**
   * Connects, takes up what an earlier process of this installation left, and begins to poll.
   *
   * @throws {TemporalAccessError} when the server has no such namespace, or does not let us in; what connecting throws
   */
  static async open(options: LinkOptions): Promise<OpenLink> {
    const dataConverter = await createDataConverter({
      encryptionKeys: options.encryptionKeys,
      compressAboveBytes: options.settings.compressAboveBytes,
    });
    const calls = await openGrpcCalls(options, options.settings.connectTimeoutMs);
    try {
      await checkNamespace(calls, options);
      const recovery = sweep(clientOn(calls, options, dataConverter), calls, options);
      const link = await OpenLink.#poll(options, dataConverter);
      await recovery;
      return link;
    } finally {
      // Ends a sweep that still goes on, and waits for it.
      await calls.close();
    }
  }

  static async #poll(options: LinkOptions, dataConverter: DataConverter): Promise<OpenLink> {
    installNativeRuntime(await import('@temporalio/worker'), options.logger);
    const connection = await openNativeConnection(options);
    const calls = new Calls(connection);
    try {
      const client = clientOn(calls, options, dataConverter);
      const meter = new PayloadMeter(dataConverter, options.settings.maxPayloadBytes, options.logger);
      const { body, starter, stopping, settings, logger, identity, namespace } = options;
      const timeoutMs = settings.startTimeoutMs;
      const ownership = new AttemptOwnership({ client, calls, namespace, identity, timeoutMs, body, logger });
      const guard = new TurnGuard(ownership, settings.heartbeatIntervalMs, logger);
      const activities = createActivities({ body, starter, guard, meter, settings, logger, stopping });
      const worker = await createWorker(options, connection, dataConverter, activities);
      const link = new OpenLink(options, client, calls, worker, meter, guard, worker.run());
      void link.#sweepAgain();
      return link;
    } catch (error) {
      await calls.close();
      throw error;
    }
  }

  /** Whether the worker polls. */
  get polling(): boolean {
    return this.worker.getState() === 'RUNNING';
  }

  /** Resolves when the server answers. */
  async ping(): Promise<void> {
    await this.calls.make('Temporal', this.options.settings.startTimeoutMs, () =>
      this.client.workflowService.getSystemInfo({}),
    );
  }

  /**
   * Resolves when the server answers and has the namespace.
   *
   * @throws {TemporalAccessError} when it has not, or does not let us in; what {@link ping} throws
   */
  async check(): Promise<void> {
    await this.ping();
    await checkNamespace(this.calls, this.options);
  }

  /** Encoded size of the input when it is over the limit. */
  excess(input: AgentTaskInput): Promise<number | undefined> {
    return this.meter.excess(input);
  }

  submit(input: AgentTaskInput, timeoutMs: number): Promise<SubmittedTurn> {
    return submitTurn(this.client, this.calls, this.options, input, timeoutMs);
  }

  /** Watches a turn that began with its start's acknowledgement, until its activity joins it. */
  watch(turn: SubmittedTurn, task: LiveTask): void {
    void this.guard.untilAttended(turn.execution, task);
  }

  /** How the turn ends, by its workflow; `signal` ends the waiting. */
  result(turn: SubmittedTurn, signal: AbortSignal): Promise<LlmResult> {
    return remoteResult(this.client, this.calls, turn.execution, signal);
  }

  cancel(taskId: string): Promise<void> {
    return cancelWorkflow(this.client, this.calls, taskId, this.options.settings.startTimeoutMs * 2);
  }

  /** Whether an operator has paused the activity of the task's turn. Rejects when Temporal cannot be asked. */
  async isPaused(taskId: string): Promise<boolean> {
    const { namespace, settings } = this.options;
    const execution = { workflowId: workflowIdFor(taskId) };
    const description = await this.calls.make('describing the workflow', settings.startTimeoutMs, () =>
      this.client.workflowService.describeWorkflowExecution({ namespace, execution }),
    );
    return isPaused(description);
  }

  isRefusal(error: unknown): boolean {
    return isRefusal(error);
  }

  isNoAccess(error: unknown): boolean {
    return isNoAccess(error);
  }

  /** Stops polling; the activities that run go on. */
  shutdown(): void {
    if (this.polling) this.worker.shutdown();
  }

  /**
   * Ends the worker and closes the connection, whatever state they are in. What does not end in some seconds goes on in
   * the background, and the connection is closed behind it.
   */
  async close(): Promise<void> {
    this.#closed.abort();
    const { logger } = this.options;
    this.shutdown();
    const closing = this.#closeBehindWorker();
    try {
      await bounded(closing, CLOSE_TIMEOUT_MS, 'end of the worker');
    } catch (error) {
      logger.debug('the link to Temporal has not ended yet; it ends in the background', { error: errorDetail(error) });
    }
  }

  /** Never rejects. A connection cannot be closed while a worker holds it. */
  async #closeBehindWorker(): Promise<void> {
    const { logger } = this.options;
    try {
      await this.stopped;
    } catch (error) {
      logger.warn('the worker did not end cleanly', { error: errorDetail(error) });
    }
    try {
      await this.calls.close();
    } catch (error) {
      logger.warn('the connection to Temporal did not close cleanly', { error: errorDetail(error) });
    }
  }

  async #sweepAgain(): Promise<void> {
    const { signal } = this.#closed;
    for (const wait of SWEEP_AGAIN_AFTER_MS) {
      await delay(wait, signal);
      if (signal.aborted) return;
      await sweep(this.client, this.calls, this.options);
    }
  }
}

function clientOn({ connection }: Calls, options: LinkOptions, dataConverter: DataConverter) {
  return new Client({ connection, namespace: options.namespace, identity: options.identity, dataConverter });
}

/** Never rejects: without it, lost turns wait for their heartbeat timeout. */
async function sweep(client: Client, calls: Calls, options: LinkOptions): Promise<void> {
  try {
    await calls.make('looking for lost turns', options.settings.connectTimeoutMs, () =>
      giveUpLostTurns(client, options),
    );
  } catch (error) {
    if (error instanceof ConnectionClosed) return;
    options.logger.warn('lost turns could not be looked for', { error: errorDetail(error) });
  }
}
