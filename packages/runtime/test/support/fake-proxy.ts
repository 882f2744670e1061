import { randomUUID } from 'node:crypto';
import type { FakeActivities } from './fake-activities.js';
import type { Answer } from './fake-delegations.js';

/** A message as a canvas, a channel, a schedule or a peer hands it to the platform. */
export interface ProxiedParams {
  readonly message: { readonly messageId?: string; readonly parts: readonly object[]; readonly metadata?: object };
  readonly metadata?: object;
}

/** How the platform reaches a workspace, and how it answers before that. */
export interface Reach {
  /** The address of a workspace; undefined: it has none. */
  url(workspace: string): string | undefined;
  /** True: the workspace fetches its messages. */
  polls(workspace: string): boolean;
}

interface Queued {
  readonly workspace: string;
  readonly caller: string | undefined;
  readonly body: string;
}

/**
 * The platform's proxy: it sends v0.3 without a version and with few headers, records the exchange, and queues what a closed connection has
 * interrupted. Source: `a2a_proxy.go`, `a2a_proxy_helpers.go`, `a2a_queue.go`.
 */
export class FakeProxy {
  /** Workspaces whose container sleeps: the first call wakes it and is refused. */
  readonly hibernated = new Set<string>();
  /** Requests that wait for the next heartbeat of their workspace. */
  readonly queue: Queued[] = [];
  #dying = new AbortController();
  readonly #activities: FakeActivities;
  readonly #reach: Reach;

  constructor(activities: FakeActivities, reach: Reach) {
    this.#activities = activities;
    this.#reach = reach;
  }

  /** @param caller the workspace that sends it; undefined: the canvas */
  async send(workspace: string, params: ProxiedParams, caller?: string): Promise<Answer> {
    const message = { role: 'user', messageId: randomUUID(), ...params.message };
    const request = { jsonrpc: '2.0', id: randomUUID(), method: 'message/send', params: { ...params, message } };
    return this.#send({ workspace, caller, body: JSON.stringify(request) }, true);
  }

  /** The process of the platform ends: its calls end with it, and it records nothing of them. */
  die(): void {
    this.#dying.abort();
    this.#dying = new AbortController();
  }

  /** Sends what waits for a workspace, whose answer it throws away. Source: `DrainQueueForWorkspace`, called by each heartbeat. */
  async drain(workspace: string): Promise<void> {
    const at = this.queue.findIndex((queued) => queued.workspace === workspace);
    const [queued] = at < 0 ? [] : this.queue.splice(at, 1);
    if (queued) await this.#send(queued, false);
  }

  /** Records a message for a workspace that fetches it. Source: `proxyA2ARequest`, `logA2AReceiveQueued` (molecule-core #2353). */
  #keep({ workspace, caller, body }: Queued): Answer {
    this.#activities.add({
      workspace_id: workspace,
      activity_type: 'a2a_receive',
      method: 'message/send',
      source_id: caller ?? null,
      target_id: workspace,
      summary: 'message/send (queued for poll)',
      request_body: JSON.parse(body),
      status: 'ok',
      error_detail: null,
    });
    return { status: 200, body: { status: 'queued', delivery_mode: 'poll', method: 'message/send' } };
  }

  async #send(queued: Queued, isRecorded: boolean): Promise<Answer> {
    const { workspace, caller, body } = queued;
    if (this.#reach.polls(workspace)) return this.#keep(queued);
    const url = this.#reach.url(workspace);
    if (url === undefined) {
      // Source: `resolveAgentURL`.
      const waking = { error: 'workspace is waking from hibernation', waking: true, retry_after: 15 };
      return this.hibernated.has(workspace)
        ? { status: 503, body: waking, headers: { 'retry-after': '15' } }
        : { status: 503, body: { error: 'workspace has no URL' } };
    }
    const record = (columns: { status: string; error_detail: string | null; response_body?: unknown }) => {
      if (!isRecorded) return;
      const request_body: unknown = JSON.parse(body);
      const common = { workspace_id: workspace, activity_type: 'a2a_receive', method: 'message/send' };
      const summary = 'message/send';
      this.#activities.add({
        ...common,
        source_id: caller ?? null,
        target_id: workspace,
        summary,
        request_body,
        ...columns,
      });
    };
    const dying = this.#dying.signal;
    try {
      const headers = { 'content-type': 'application/json', 'user-agent': 'Go-http-client/1.1' };
      const response = await fetch(url, { method: 'POST', headers, body, signal: dying });
      const response_body: unknown = await response.json();
      record({ status: response.ok ? 'ok' : 'error', error_detail: null, response_body });
      return { status: response.status, body: response_body };
    } catch (error) {
      if (dying.aborted) return { status: 0, body: '' };
      const detail = String((error as Error).cause ?? error);
      record({ status: 'error', error_detail: detail });
      // Nothing was delivered: `isUpstreamBusyError` knows EOF and resets only.
      if (detail.includes('ECONNREFUSED')) return { status: 502, body: { error: 'failed to reach workspace agent' } };
      this.queue.push(queued);
      return { status: 202, body: { queued: true, queue_id: randomUUID() } };
    }
  }
}
