import type { JsonObject, Logger } from '@molecule/adapters';
import { briefTask } from '@molecule/adapters';
import type { Delegation } from '../delegation/delegation-store.js';
import type { PlatformApi } from './platform-api.js';
import type { FinishedWork } from './work-meter.js';

/** Reports that have not been answered yet; more are dropped: they must never pile up behind a slow platform. */
const MOST_PENDING = 50;

/** What the platform is told of the work, for people to look at. It never holds up or fails a task. */
export class Reports {
  readonly #api: PlatformApi;
  readonly #workspaceId: string;
  readonly #base: string;
  readonly #connected: () => boolean;
  readonly #logger: Logger;
  #pending = 0;

  constructor(api: PlatformApi, workspaceId: string, connected: () => boolean, logger: Logger) {
    this.#api = api;
    this.#workspaceId = workspaceId;
    this.#base = `/workspaces/${encodeURIComponent(workspaceId)}`;
    this.#connected = connected;
    this.#logger = logger;
  }

  workEnded({ taskId, summary, ms, error }: FinishedWork): void {
    this.#activity({
      activity_type: error === undefined ? 'a2a_receive' : 'error',
      method: 'message/send',
      summary,
      source_id: null,
      target_id: this.#workspaceId,
      status: error === undefined ? 'ok' : 'error',
      error_detail: error ?? '',
      duration_ms: ms,
    });
    this.checkpoint(taskId, 'task_complete', 2, { ok: error === undefined });
  }

  delegationEnded({ id, peerId, text, state, answer }: Delegation): void {
    const failed = state !== 'completed';
    this.#activity({
      activity_type: 'a2a_send',
      method: 'delegate',
      summary: briefTask(text),
      source_id: this.#workspaceId,
      target_id: peerId,
      status: failed ? 'error' : 'ok',
      error_detail: failed ? `${state}: ${answer ?? ''}`.slice(0, 1_000) : '',
      duration_ms: 0,
      request_body: { delegation_id: id, task: text },
      response_body: { status: state, text: answer ?? '' },
    });
  }

  checkpoint(taskId: string, step_name: string, step_index: number, payload: JsonObject): void {
    this.post(`${this.#base}/checkpoints`, { workflow_id: taskId, step_name, step_index, payload });
  }

  /** Sends it and forgets it. Nothing is sent while the platform is away. */
  post(path: string, body: JsonObject): void {
    if (!this.#connected() || this.#pending >= MOST_PENDING) return;
    this.#pending++;
    this.#api
      .call({ method: 'POST', path, body })
      .catch((error: unknown) => this.#logger.debug('the platform was not told', { path, reason: String(error) }))
      .finally(() => {
        this.#pending--;
      });
  }

  #activity(body: JsonObject): void {
    this.post(`${this.#base}/activity`, body);
  }
}
