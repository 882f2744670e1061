import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';
import { AttemptOwnership, isPaused } from '../activities/attempt-ownership.js';
import { createActivities } from '../activities/create-activities.js';
import { TurnGuard } from '../activities/turn-guard.js';
import { Calls, ConnectionClosedError } from '../client/calls.js';
import { openGrpcCalls, openNativeConnection } from '../client/connections.js';
import { describeRun, type TemporalClient } from '../client/temporal-client.js';
import { workflowIdFor } from '../contract/names.js';
import type { TurnSummary } from '../contract/turn-body.js';
import type { TurnInput } from '../contract/turn-input.js';
import type { LocalTurn } from '../local/local-turn.js';
import { createDataConverter } from '../payload/data-converter.js';
import { PayloadMeter } from '../payload/payload-meter.js';
import { errorDetail } from '../support/error-detail.js';
import { bounded, delay } from '../support/wait.js';
import { checkNamespace } from './check-namespace.js';
import { createWorker } from './create-worker.js';
import type { LinkOptions } from './link-options.js';
import { failLostAttempts } from './lost-turns.js';
import { installNativeRuntime } from './native-runtime.js';
import { remoteResult } from './remote-result.js';
import { cancelWorkflow, isNoAccess, isRefusal, type SubmittedTurn, submitTurn } from './submit-turn.js';

/** Temporal's index of running workflows lags, so turns of a process that has just died are looked for again. */
const SWEEP_AGAIN_AFTER_MS = [2_000, 8_000];
const CLOSE_TIMEOUT_MS = 5_000;
/**
 * The answers of requests that are open when the worker has ended are ignored. One that waits for the end of a workflow takes up to 20 s,
 * and the native connection cannot abort it.
 */
const LAST_REQUESTS_MS = 200;

interface LinkParts {
  readonly options: LinkOptions;
  readonly temporal: TemporalClient;
  readonly worker: Worker;
  readonly meter: PayloadMeter;
  readonly guard: TurnGuard;
  readonly stopped: Promise<void>;
}

/** An open connection with a worker that polls. Each request on it goes through {@link Calls}, so none outlives it. */
export class OpenLink {
  readonly #options: LinkOptions;
  readonly #temporal: TemporalClient;
  readonly #worker: Worker;
  readonly #meter: PayloadMeter;
  readonly #guard: TurnGuard;
  readonly #closed = new AbortController();
  /** Settles when the worker has stopped; rejects if it failed. */
  readonly stopped: Promise<void>;

  private constructor({ options, temporal, worker, meter, guard, stopped }: LinkParts) {
    this.#options = options;
    this.#temporal = temporal;
    this.#worker = worker;
    this.#meter = meter;
    this.#guard = guard;
    this.stopped = stopped;
    // A caller that waits for it later still gets the error.
    stopped.catch(() => {});
  }

  /**
   * Connects, fails the attempts that an earlier boot of this installation lost, and begins to poll.
   *
   * @throws {TemporalAccessError} if the server has no such namespace or denies access; what connecting throws
   */
  static async open(options: LinkOptions): Promise<OpenLink> {
    const { server, settings } = options;
    const dataConverter = await createDataConverter({
      encryptionKeys: server.encryptionKeys,
      compressAboveBytes: settings.compressAboveBytes,
    });
    const calls = await openGrpcCalls(server, settings.connectTimeoutMs);
    try {
      await checkNamespace(calls, options);
      const recovery = sweep(clientOn(calls, options, dataConverter), options);
      const link = await OpenLink.#poll(options, dataConverter);
      await recovery;
      return link;
    } finally {
      // Ends a sweep that has not finished, and waits for it.
      await calls.close();
    }
  }

  static async #poll(options: LinkOptions, dataConverter: DataConverter): Promise<OpenLink> {
    const { server, body, turns, stopping, settings, logger } = options;
    installNativeRuntime(await import('@temporalio/worker'), logger);
    const connection = await openNativeConnection(server, settings.connectTimeoutMs, logger);
    const calls = new Calls(connection);
    try {
      const temporal = clientOn(calls, options, dataConverter);
      const meter = new PayloadMeter(dataConverter, settings.maxPayloadBytes, logger);
      const { identity } = options.worker;
      const ownership = new AttemptOwnership({ temporal, identity, timeoutMs: settings.startTimeoutMs, body, logger });
      const guard = new TurnGuard(ownership, settings.heartbeatIntervalMs, logger);
      const activities = createActivities({ body, turns, guard, meter, settings, logger, stopping });
      const worker = await createWorker(options, connection, dataConverter, activities);
      const link = new OpenLink({ options, temporal, worker, meter, guard, stopped: worker.run() });
      void link.#sweepAgain();
      return link;
    } catch (error) {
      await calls.close();
      throw error;
    }
  }

  /** True while the worker polls. */
  get polling(): boolean {
    return this.#worker.getState() === 'RUNNING';
  }

  /** Resolves if the server answers. */
  async ping(): Promise<void> {
    const { calls, client } = this.#temporal;
    await calls.make('Temporal', this.#options.settings.startTimeoutMs, () => client.workflowService.getSystemInfo({}));
  }

  /**
   * Resolves if the server answers and has the namespace.
   *
   * @throws {TemporalAccessError} if the namespace is missing or access to it is denied; what {@link ping} throws
   */
  async check(): Promise<void> {
    await this.ping();
    await checkNamespace(this.#temporal.calls, this.#options);
  }

  /** Encoded size of the input if it exceeds the limit. */
  excess(input: TurnInput): Promise<number | undefined> {
    return this.#meter.excess(input);
  }

  submit(input: TurnInput, timeoutMs: number): Promise<SubmittedTurn> {
    return submitTurn(this.#temporal, this.#options, input, timeoutMs);
  }

  /** Watches a turn that began when its start was acknowledged, until its activity joins it. */
  watch({ execution }: SubmittedTurn, turn: LocalTurn): void {
    void this.#guard.untilAttended(execution, turn);
  }

  /** How the turn ends according to its workflow; `signal` ends the wait. */
  result({ execution }: SubmittedTurn, signal: AbortSignal): Promise<TurnSummary> {
    return remoteResult(this.#temporal, execution, signal);
  }

  cancel(taskId: string): Promise<void> {
    return cancelWorkflow(this.#temporal, taskId, this.#options.settings.startTimeoutMs * 2);
  }

  /** True if an operator has paused the turn of the task. Rejects if Temporal cannot be asked. */
  async isPaused(taskId: string): Promise<boolean> {
    const { startTimeoutMs } = this.#options.settings;
    return isPaused(await describeRun(this.#temporal, { workflowId: workflowIdFor(taskId) }, startTimeoutMs));
  }

  isRefusal(error: unknown): boolean {
    return isRefusal(error);
  }

  isNoAccess(error: unknown): boolean {
    return isNoAccess(error);
  }

  /** Stops polling; running activities continue. */
  shutdown(): void {
    if (this.polling) this.#worker.shutdown();
  }

  /**
   * Ends the worker and closes the connection, whatever state they are in. What does not end within some seconds ends in the
   * background: a worker, and then the connection.
   */
  async close(): Promise<void> {
    this.#closed.abort();
    this.shutdown();
    const workerEnded = this.#workerEnded();
    // A connection cannot be closed while a worker holds it.
    const closed = workerEnded.then(() => this.#closeConnection());
    try {
      await bounded(workerEnded, CLOSE_TIMEOUT_MS, 'end of the worker');
      await bounded(closed, LAST_REQUESTS_MS, 'end of the last requests');
    } catch (error) {
      this.#options.logger.debug('the link to Temporal has not ended yet; it ends in the background', {
        error: errorDetail(error),
      });
    }
  }

  /** Never rejects. */
  async #workerEnded(): Promise<void> {
    try {
      await this.stopped;
    } catch (error) {
      this.#options.logger.warn('the worker did not end cleanly', { error: errorDetail(error) });
    }
  }

  /** Never rejects. */
  async #closeConnection(): Promise<void> {
    try {
      await this.#temporal.calls.close();
    } catch (error) {
      this.#options.logger.warn('the connection to Temporal did not close cleanly', { error: errorDetail(error) });
    }
  }

  async #sweepAgain(): Promise<void> {
    const { signal } = this.#closed;
    for (const wait of SWEEP_AGAIN_AFTER_MS) {
      await delay(wait, signal);
      if (signal.aborted) return;
      await sweep(this.#temporal, this.#options);
    }
  }
}

function clientOn(calls: Calls, { server, worker }: LinkOptions, dataConverter: DataConverter): TemporalClient {
  const { namespace } = server;
  const { connection } = calls;
  return { client: new Client({ connection, namespace, identity: worker.identity, dataConverter }), calls, namespace };
}

/** Never rejects: turns that are not found wait for their heartbeat timeout. */
async function sweep(temporal: TemporalClient, options: LinkOptions): Promise<void> {
  try {
    await temporal.calls.make('looking for lost turns', options.settings.connectTimeoutMs, () =>
      failLostAttempts(temporal, options),
    );
  } catch (error) {
    if (error instanceof ConnectionClosedError) return;
    options.logger.warn('turns of earlier boots could not be looked for', { error: errorDetail(error) });
  }
}
