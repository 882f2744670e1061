import { Client, type Connection as GrpcConnection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { AttemptOwnership } from '../activities/attempt-ownership.js';
import { createActivities } from '../activities/create-activities.js';
import { TurnGuard } from '../activities/turn-guard.js';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { LlmResult } from '../contract/task-body.js';
import type { LiveTask } from '../live/live-task.js';
import { createDataConverter } from '../payload/data-converter.js';
import { PayloadMeter } from '../payload/payload-meter.js';
import { bounded } from '../support/bounded.js';
import { delay } from '../support/delay.js';
import { errorDetail } from '../support/error-detail.js';
import { openGrpcConnection, openNativeConnection } from './connections.js';
import { createWorker } from './create-worker.js';
import type { LinkOptions } from './link-options.js';
import { giveUpLostTurns } from './lost-turns.js';
import { installNativeRuntime } from './native-runtime.js';
import { remoteResult } from './remote-result.js';
import { cancelWorkflow, isRefusal, type SubmittedTurn, submitTurn } from './submit-turn.js';

/** Temporal's index of running workflows lags by a moment, so what died just before is found by looking again. */
const SWEEP_AGAIN_AFTER_MS = [2_000, 8_000];
const CLOSE_TIMEOUT_MS = 5_000;

/** An open connection with a worker that polls. */
export class OpenLink {
  readonly #closed = new AbortController();

  private constructor(
    private readonly options: LinkOptions,
    private readonly client: Client,
    private readonly connection: NativeConnection,
    private readonly worker: Worker,
    private readonly meter: PayloadMeter,
    private readonly guard: TurnGuard,
    /** Settles when the worker has stopped; rejects when it failed. */
    readonly stopped: Promise<void>,
  ) {}

  /** Connects, takes up what an earlier process of this installation left, and begins to poll. */
  static async open(options: LinkOptions): Promise<OpenLink> {
    const dataConverter = await createDataConverter({
      encryptionKeys: options.encryptionKeys,
      compressAboveBytes: options.settings.compressAboveBytes,
    });
    const grpc = await openGrpcConnection(options);
    try {
      const recovery = sweep(clientOn(grpc, options, dataConverter), options);
      const link = await OpenLink.#poll(options, dataConverter);
      await recovery;
      return link;
    } finally {
      await grpc.close();
    }
  }

  static async #poll(options: LinkOptions, dataConverter: DataConverter): Promise<OpenLink> {
    installNativeRuntime(await import('@temporalio/worker'), options.logger);
    const connection = await openNativeConnection(options);
    try {
      const client = clientOn(connection, options, dataConverter);
      const meter = new PayloadMeter(dataConverter, options.settings.maxPayloadBytes, options.logger);
      const { body, starter, stopping, settings, logger, identity } = options;
      const ownership = new AttemptOwnership(client, identity, settings.startTimeoutMs, logger);
      const guard = new TurnGuard(ownership, settings.heartbeatIntervalMs, logger);
      const activities = createActivities({ body, starter, guard, meter, settings, logger, stopping });
      const worker = await createWorker(options, connection, dataConverter, activities);
      const link = new OpenLink(options, client, connection, worker, meter, guard, worker.run());
      link.#sweepAgain();
      return link;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Whether the worker polls. */
  get polling(): boolean {
    return this.worker.getState() === 'RUNNING';
  }

  /** Resolves when the server answers. */
  async ping(): Promise<void> {
    const { startTimeoutMs } = this.options.settings;
    await bounded(this.connection.workflowService.getSystemInfo({}), startTimeoutMs, 'Temporal');
  }

  /** Encoded size of the input when it is over the limit. */
  excess(input: AgentTaskInput): Promise<number | undefined> {
    return this.meter.excess(input);
  }

  submit(input: AgentTaskInput, timeoutMs: number): Promise<SubmittedTurn> {
    return submitTurn(this.client, this.options, input, timeoutMs);
  }

  /** Watches a turn that began with its start's acknowledgement, until its activity joins it. */
  watch(turn: SubmittedTurn, task: LiveTask): void {
    void this.guard.untilAttended(turn.execution, task);
  }

  result(turn: SubmittedTurn): Promise<LlmResult> {
    const { workflowId, runId } = turn.execution;
    return remoteResult(this.client.workflow.getHandle(workflowId, runId));
  }

  cancel(taskId: string): Promise<void> {
    return cancelWorkflow(this.client, taskId, this.options.settings.startTimeoutMs * 2);
  }

  isRefusal(error: unknown): boolean {
    return isRefusal(error);
  }

  /** Stops polling; the activities that run go on. */
  shutdown(): void {
    if (this.polling) this.worker.shutdown();
  }

  /** Ends the worker and closes the connection, whatever state they are in. */
  async close(): Promise<void> {
    this.#closed.abort();
    const { logger } = this.options;
    try {
      this.shutdown();
      await bounded(this.stopped, CLOSE_TIMEOUT_MS, 'end of the worker');
    } catch (error) {
      logger.warn('the worker did not end cleanly', { error: errorDetail(error) });
    }
    try {
      await this.connection.close();
    } catch (error) {
      logger.warn('the connection to Temporal did not close cleanly', { error: errorDetail(error) });
    }
  }

  #sweepAgain(): void {
    const { signal } = this.#closed;
    const later = async () => {
      for (const wait of SWEEP_AGAIN_AFTER_MS) {
        await delay(wait, signal);
        if (signal.aborted) return;
        await sweep(this.client, this.options);
      }
    };
    void later();
  }
}

function clientOn(connection: GrpcConnection | NativeConnection, options: LinkOptions, dataConverter: DataConverter) {
  return new Client({ connection, namespace: options.namespace, identity: options.identity, dataConverter });
}

/** Never rejects: without it, lost turns wait for their heartbeat timeout. */
async function sweep(client: Client, options: LinkOptions): Promise<void> {
  try {
    await bounded(giveUpLostTurns(client, options), options.settings.connectTimeoutMs, 'looking for lost turns');
  } catch (error) {
    options.logger.warn('lost turns could not be looked for', { error: errorDetail(error) });
  }
}
