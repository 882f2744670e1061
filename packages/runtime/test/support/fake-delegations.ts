import { randomUUID } from 'node:crypto';

/** An answer of the platform. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface DelegationRow {
  readonly workspace: string;
  readonly method: 'delegate' | 'delegate_result';
  readonly target: string;
  readonly key: string | undefined;
  readonly request?: { readonly task: string; readonly delegation_id: string };
  readonly response?: { readonly text: string; readonly delegation_id: string };
  status: string;
  error: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;
/** The number of rows in the list, and the bytes of an answer that it shows. */
const MOST_ROWS = 50;
const PREVIEW_BYTES = 300;

/**
 * The platform's delegations with their peculiarities: every HTTP reply counts as an answer; the key of a failed delegation is free
 * again; the result of a failure has no delegation id; the list is short and truncates answers.
 */
export class FakeDelegations {
  /** The addresses under which the platform reaches workspaces; they are not published. */
  readonly reach = new Map<string, string>();
  /** Workspaces that sleep until the first call, which is refused. Source: `resolveAgentURL`. */
  readonly sleeping = new Set<string>();
  /** Workspaces that fetch their messages. */
  readonly polling = new Set<string>();
  /** If true, the platform is restarted while it carries tasks: their rows stay as they are. */
  forgets = false;
  readonly #rows: DelegationRow[] = [];

  delegate(workspace: string, body: Record<string, unknown>): Answer {
    const { target_id: target, task, idempotency_key: key } = body;
    if (typeof target !== 'string' || typeof task !== 'string' || task === '') {
      return { status: 400, body: { error: 'invalid delegation request' } };
    }
    if (!UUID.test(target)) return { status: 400, body: { error: 'target_id must be a valid UUID' } };
    if (target === workspace) return { status: 400, body: { error: 'self-delegation not permitted' } };
    const known = typeof key === 'string' ? this.#rows.find((row) => row.key === key) : undefined;
    if (known && known.status !== 'failed') {
      const { delegation_id } = known.request ?? {};
      return { status: 200, body: { delegation_id, status: known.status, target_id: target, idempotent_hit: true } };
    }
    if (known) this.#rows.splice(this.#rows.indexOf(known), 1);
    const id = randomUUID();
    const request: DelegationRow = {
      workspace,
      method: 'delegate',
      target,
      key: typeof key === 'string' ? key : undefined,
      request: { task, delegation_id: id },
      status: 'dispatched',
      error: '',
    };
    this.#rows.unshift(request);
    void this.#carryOut(request, id, task);
    return { status: 202, body: { delegation_id: id, status: 'delegated', target_id: target } };
  }

  /** A delegation that the workspace carries out itself. Source: `delegation.go` Record, which makes a row each time. */
  record(workspace: string, body: Record<string, unknown>): Answer {
    const { target_id: target, task, delegation_id: id } = body;
    if (typeof target !== 'string' || typeof task !== 'string' || typeof id !== 'string' || !UUID.test(target)) {
      return { status: 400, body: { error: 'invalid request body' } };
    }
    const request = { task, delegation_id: id };
    this.#rows.unshift({
      workspace,
      method: 'delegate',
      target,
      key: undefined,
      request,
      status: 'dispatched',
      error: '',
    });
    return { status: 202, body: { delegation_id: id, status: 'recorded' } };
  }

  /** Its end. Source: `delegation.go` UpdateStatus; the row of a result names no target. */
  update(workspace: string, id: string, body: Record<string, unknown>): Answer {
    const { status, error = '', response_preview: text = '' } = body;
    if (status !== 'completed' && status !== 'failed') return { status: 400, body: { error: 'status' } };
    for (const row of this.#rows) {
      if (row.request?.delegation_id === id) Object.assign(row, { status, error: String(error) });
    }
    const result = { workspace, method: 'delegate_result' as const, target: '', key: undefined, status, error: '' };
    if (status === 'completed') {
      this.#rows.unshift({ ...result, response: { text: String(text), delegation_id: id } });
    }
    return { status: 200, body: { status, delegation_id: id } };
  }

  /** Newest first. */
  list(workspace: string): Answer {
    const rows = this.#rows.filter((row) => row.workspace === workspace).slice(0, MOST_ROWS);
    return { status: 200, body: rows.map(toListed) };
  }

  /** The complete rows, as in the platform's activity records. */
  records(workspace: string): Answer {
    const rows = this.#rows.filter((row) => row.workspace === workspace);
    return { status: 200, body: rows.map(toRecord) };
  }

  /** Adds delegations of other workspaces. */
  crowd(workspace: string, count: number): void {
    const common = { workspace, target: randomUUID(), key: undefined, status: 'dispatched', error: '' };
    for (let index = 0; index < count; index++) {
      this.#rows.unshift({ ...common, method: 'delegate', request: { task: 'x', delegation_id: randomUUID() } });
    }
  }

  async #carryOut(request: DelegationRow, id: string, task: string): Promise<void> {
    const { workspace, target } = request;
    const common = { workspace, method: 'delegate_result' as const, target, key: undefined };
    try {
      const text = await this.#ask(target, task, id);
      if (this.forgets) return;
      this.#rows.unshift({ ...common, response: { text, delegation_id: id }, status: 'completed', error: '' });
      request.status = 'completed';
    } catch (error) {
      request.error = String(error);
      request.status = 'failed';
      this.#rows.unshift({ ...common, status: 'failed', error: String(error) });
    }
  }

  /** The call of the proxy: protocol 0.3, only these headers, and every reply counts as an answer. */
  async #ask(target: string, task: string, id: string): Promise<string> {
    if (this.sleeping.delete(target)) throw new Error('workspace is waking from hibernation — retry in ~1 seconds');
    // Source: `executeDelegation`, to which the reply of the proxy counts as an answer.
    if (this.polling.has(target)) return '{"delivery_mode":"poll","method":"message/send","status":"queued"}';
    const url = this.reach.get(target);
    if (url === undefined) throw new Error('failed to reach workspace agent');
    const metadata = { delegation_id: id };
    const message = { role: 'user', messageId: id, parts: [{ type: 'text', text: task }], metadata };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Go-http-client/1.1' },
      body: JSON.stringify({ jsonrpc: '2.0', id: '1', method: 'message/send', params: { message } }),
    });
    const text = await response.text();
    const { result } = JSON.parse(text) as { result?: { parts?: { kind?: string; text?: string }[] } };
    return result?.parts?.find(({ kind }) => kind === 'text')?.text ?? text;
  }
}

function toListed({ method, workspace, target, status, error, request, response }: DelegationRow): object {
  const id = request?.delegation_id ?? response?.delegation_id;
  return {
    id: randomUUID(),
    type: 'delegation',
    source_id: workspace,
    target_id: target,
    summary: method,
    status,
    ...(id !== undefined && { delegation_id: id }),
    ...(error !== '' && { error }),
    ...(response && response.text !== '' && { response_preview: shortened(response.text) }),
  };
}

function toRecord({ method, target, status, error, request, response }: DelegationRow): object {
  return {
    activity_type: 'delegation',
    method,
    target_id: target,
    status,
    error_detail: error === '' ? null : error,
    ...(request && { request_body: request }),
    ...(response && { response_body: response }),
  };
}

function shortened(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= PREVIEW_BYTES ? text : `${bytes.subarray(0, PREVIEW_BYTES).toString()}...`;
}
