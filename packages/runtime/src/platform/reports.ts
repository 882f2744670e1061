import type { JsonObject, Logger } from '@molecule/adapters';
import { briefTask, cutText } from '@molecule/adapters';
import { type Clock, pause, wallClock } from '../support/clock.js';
import type { Delegation } from '../tasks/team/delegation.js';
import { type PlatformApi, PlatformError } from './platform-api.js';
import type { FinishedWork } from './work-meter.js';

/** The limit of waiting reports. Further ones are dropped, so that a slow platform cannot fill the memory. */
const MOST_PENDING = 50;
/** The largest number of tries of a report to which the platform answers with Retry-After. */
const MOST_TRIES = 3;

/**
 * Reports of the work for the platform's users, sent one after the other in the order of the events. They never delay or
 * fail a task.
 */
export class Reports {
  readonly #api: PlatformApi;
  readonly #workspaceId: string;
  readonly #base: string;
  readonly #connected: () => boolean;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #pending = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(
    api: PlatformApi,
    workspaceId: string,
    connected: () => boolean,
    logger: Logger,
    clock: Clock = wallClock,
  ) {
    this.#api = api;
    this.#workspaceId = workspaceId;
    this.#base = `/workspaces/${encodeURIComponent(workspaceId)}`;
    this.#connected = connected;
    this.#logger = logger;
    this.#clock = clock;
  }

  workEnded({ taskId, summary, ms, outcome, error }: FinishedWork): void {
    const failed = outcome === 'failed';
    this.#activity({
      activity_type: failed ? 'error' : 'a2a_receive',
      method: 'message/send',
      summary,
      // The platform accepts only the workspace itself as source, and records the caller on its own.
      source_id: null,
      target_id: this.#workspaceId,
      status: failed ? 'error' : 'ok',
      error_detail: outcome === 'stopped' ? 'stopped before its end' : (error ?? ''),
      duration_ms: ms,
    });
    // A stopped turn may continue in another process.
    if (outcome !== 'stopped') this.checkpoint(taskId, 'task_complete', 2, { ok: !failed });
  }

  delegationEnded({ id, peerId, text, state, answer, createdAt }: Delegation): void {
    const failed = state !== 'completed';
    this.#activity({
      activity_type: 'a2a_send',
      // Not `delegate`, which marks delegations that the platform itself carries out.
      method: 'message/send',
      summary: briefTask(text),
      source_id: this.#workspaceId,
      target_id: peerId,
      status: failed ? 'error' : 'ok',
      error_detail: failed ? cutText(`${state}: ${answer ?? ''}`, 1_000) : '',
      duration_ms: Math.max(0, Date.now() - createdAt),
      request_body: { delegation_id: id, task: text },
      response_body: { status: state, text: answer ?? '' },
    });
  }

  checkpoint(taskId: string, step_name: string, step_index: number, payload: JsonObject): void {
    this.post(`${this.#base}/checkpoints`, { workflow_id: taskId, step_name, step_index, payload });
  }

  /** Queues a report. It is dropped while the platform is unreachable, and waits while the platform requests it (Retry-After). */
  post(path: string, body: JsonObject): void {
    const away = !this.#connected() && this.#api.quietMs === 0;
    if (away || this.#pending >= MOST_PENDING) return;
    this.#pending++;
    this.#last = this.#last
      .then(() => this.#send(path, body))
      .catch((error: unknown) =>
        this.#logger.debug('a report to the platform was dropped', { path, reason: String(error) }),
      )
      .finally(() => {
        this.#pending--;
      });
  }

  /** Drops the waiting reports. */
  stop(): void {
    this.#stopping.abort();
  }

  async #send(path: string, body: JsonObject): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 1; !signal.aborted; tries++) {
      if (this.#api.quietMs > 0) await pause(this.#clock, this.#api.quietMs, signal);
      try {
        await this.#api.call({ method: 'POST', path, body, signal });
        return;
      } catch (error) {
        const isDeferred = PlatformError.is(error) && error.retryAfterMs !== undefined;
        if (!isDeferred || tries >= MOST_TRIES) throw error;
      }
    }
  }

  #activity(body: JsonObject): void {
    this.post(`${this.#base}/activity`, body);
  }
}
