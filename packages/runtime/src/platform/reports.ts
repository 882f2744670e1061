import type { JsonObject, Logger } from '@molecule/adapters';
import { briefTask, cutText } from '@molecule/adapters';
import type { Delegation } from '../delegation/delegation-store.js';
import { pause, systemClock } from './clock.js';
import { type PlatformApi, PlatformError } from './platform-api.js';
import type { FinishedWork } from './work-meter.js';

/** Reports that wait to be sent; more are dropped: they must never pile up behind a slow platform. */
const MOST_PENDING = 50;
/** A report that the platform puts off is sent again so often. */
const MOST_TRIES = 3;

/**
 * What the platform is told of the work, for people to look at: one call after the other, in the order in which things
 * happened. It never holds up or fails a task.
 */
export class Reports {
  readonly #api: PlatformApi;
  readonly #workspaceId: string;
  readonly #base: string;
  readonly #connected: () => boolean;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #pending = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(api: PlatformApi, workspaceId: string, connected: () => boolean, logger: Logger) {
    this.#api = api;
    this.#workspaceId = workspaceId;
    this.#base = `/workspaces/${encodeURIComponent(workspaceId)}`;
    this.#connected = connected;
    this.#logger = logger;
  }

  workEnded({ taskId, summary, ms, outcome, error }: FinishedWork): void {
    const failed = outcome === 'failed';
    this.#activity({
      activity_type: failed ? 'error' : 'a2a_receive',
      method: 'message/send',
      summary,
      // The platform takes no other source than the workspace itself; who asked, it knows better.
      source_id: null,
      target_id: this.#workspaceId,
      status: failed ? 'error' : 'ok',
      error_detail: outcome === 'stopped' ? 'stopped before its end' : (error ?? ''),
      duration_ms: ms,
    });
    // What was stopped may go on in another process.
    if (outcome !== 'stopped') this.checkpoint(taskId, 'task_complete', 2, { ok: !failed });
  }

  delegationEnded({ id, peerId, text, state, answer, createdAt }: Delegation): void {
    const failed = state !== 'completed';
    this.#activity({
      activity_type: 'a2a_send',
      // Not `delegate`: rows of that method are delegations that the platform itself carries out.
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

  /** Sends it and forgets it. Nothing is sent while the platform is away; what it puts off waits as long as it asks. */
  post(path: string, body: JsonObject): void {
    const away = !this.#connected() && this.#api.quietMs === 0;
    if (away || this.#pending >= MOST_PENDING) return;
    this.#pending++;
    this.#last = this.#last
      .then(() => this.#send(path, body))
      .catch((error: unknown) => this.#logger.debug('the platform was not told', { path, reason: String(error) }))
      .finally(() => {
        this.#pending--;
      });
  }

  /** What is still waiting is given up. */
  stop(): void {
    this.#stopping.abort();
  }

  async #send(path: string, body: JsonObject): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 1; !signal.aborted; tries++) {
      if (this.#api.quietMs > 0) await pause(systemClock, this.#api.quietMs, signal);
      try {
        await this.#api.call({ method: 'POST', path, body, signal });
        return;
      } catch (error) {
        const putOff = PlatformError.is(error) && error.retryAfterMs !== undefined;
        if (!putOff || tries >= MOST_TRIES) throw error;
      }
    }
  }

  #activity(body: JsonObject): void {
    this.post(`${this.#base}/activity`, body);
  }
}
