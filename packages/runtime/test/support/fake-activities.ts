import { randomUUID } from 'node:crypto';
import type { Answer } from './fake-delegations.js';

/** A row of the platform's `activity_logs`. */
export interface ActivityRow {
  readonly id: string;
  readonly created_at: string;
  readonly workspace_id: string;
  readonly activity_type: string;
  readonly method: string;
  readonly source_id: string | null;
  readonly target_id: string | null;
  readonly summary: string;
  readonly status: string;
  readonly error_detail: string | null;
  readonly request_body?: unknown;
  readonly response_body?: unknown;
  readonly tool_trace?: unknown;
}

/** The types that a workspace may report. The platform writes `delegation` itself. Source: `activity.go` Report. */
const REPORTED = ['a2a_send', 'a2a_receive', 'task_update', 'agent_log', 'skill_promotion', 'memory_write', 'error'];

/** The platform's activity records. */
export class FakeActivities {
  /** Newest first. */
  readonly rows: ActivityRow[] = [];
  #count = 0;

  /** @param at milliseconds since 1970; no two records have the same time */
  add(row: Omit<ActivityRow, 'id' | 'created_at'>, at = Date.now()): void {
    const finer = String(this.#count++).padStart(6, '0');
    const created_at = `${new Date(at).toISOString().slice(0, -1)}${finer}Z`;
    this.rows.unshift({ ...row, id: randomUUID(), created_at });
  }

  /** Why a report is refused; undefined: it was recorded. Source: `activity.go` Report, which knows one source only: the workspace itself. */
  report(workspace: string, body: Readonly<Record<string, unknown>>): { status: number; error: string } | undefined {
    if (!REPORTED.includes(String(body['activity_type']))) return { status: 400, error: 'invalid activity_type' };
    const source = body['source_id'] ?? '';
    if (source !== '' && source !== workspace) return { status: 403, error: 'source_id must match' };
    this.add({ ...columnsOf(body), workspace_id: workspace, source_id: workspace });
    return undefined;
  }

  /** A message of the agent to the person, which My Chat shows. Source: `activity.go` Notify. */
  notify(workspace: string, message: string, attachments: unknown): void {
    const parts = Array.isArray(attachments) ? attachments.map((file: unknown) => ({ kind: 'file', file })) : undefined;
    this.add({
      workspace_id: workspace,
      activity_type: 'a2a_receive',
      method: 'notify',
      source_id: null,
      target_id: null,
      summary: `Agent message: ${message.slice(0, 80)}`,
      status: 'ok',
      error_detail: null,
      response_body: { result: message, ...(parts && { parts }) },
    });
  }

  /** Source: `activity.go` List. */
  list(workspace: string, query: URLSearchParams): readonly ActivityRow[] {
    const type = query.get('type');
    const source = query.get('source');
    const before = query.get('before_ts');
    const limit = query.get('limit') === 'none' ? undefined : Math.min(500, Number(query.get('limit') ?? 100));
    return this.rows
      .filter((row) => row.workspace_id === workspace && (type === null || row.activity_type === type))
      .filter(({ source_id }) => source === null || (source === 'canvas') === (source_id === null))
      .filter(({ created_at }) => before === null || created_at < before)
      .slice(0, limit);
  }

  /**
   * With a cursor, what is later than its record, oldest first; 410 if that is gone. Source: `activity.go` List (molecule-core #2354).
   *
   * @param knowsCursor false: it is older, and ignores the cursor
   */
  page(workspace: string, query: URLSearchParams, knowsCursor: boolean): Answer {
    const since = query.get('since_id');
    const listed = this.list(workspace, knowsCursor && since !== null ? withoutLimit(query) : query);
    if (!knowsCursor || since === null) return { status: 200, body: listed };
    const at = this.rows.findIndex(({ id, workspace_id }) => id === since && workspace_id === workspace);
    if (at < 0) return { status: 410, body: { error: 'since_id cursor not found' } };
    const later = new Set(this.rows.slice(0, at));
    const limit = Math.min(500, Number(query.get('limit') ?? 100));
    const rows = listed.filter((row) => later.has(row)).reverse();
    return { status: 200, body: rows.slice(0, limit) };
  }

  /** What My Chat shows of the agent, oldest first. Source: `ChatTab.tsx` loadMessagesFromDB and `message-parser.ts`. */
  chat(workspace: string, limit = 50): readonly string[] {
    const query = { type: 'a2a_receive', source: 'canvas', limit: String(limit) };
    const rows = this.list(workspace, new URLSearchParams(query));
    return [...rows].reverse().flatMap(({ response_body }) => answerIn(response_body) || []);
  }
}

function withoutLimit(query: URLSearchParams): URLSearchParams {
  const all = new URLSearchParams(query);
  all.set('limit', 'none');
  return all;
}

/** Source: `message-parser.ts` extractResponseText. */
export function answerIn(body: unknown): string {
  const result = (body as { result?: unknown } | null | undefined)?.result;
  if (typeof result === 'string') return result;
  const { parts = [], artifacts = [] } = (result ?? {}) as { parts?: Part[]; artifacts?: { parts: Part[] }[] };
  return [...parts, ...artifacts.flatMap((artifact) => artifact.parts)]
    .filter(({ kind, type }) => kind === 'text' || type === 'text')
    .map(({ text = '' }) => text)
    .filter((text) => text !== '')
    .join('\n');
}

interface Part {
  readonly kind?: string;
  readonly type?: string;
  readonly text?: string;
}

function columnsOf(body: Readonly<Record<string, unknown>>) {
  const text = (name: string) => (typeof body[name] === 'string' && body[name] !== '' ? String(body[name]) : null);
  return {
    activity_type: String(body['activity_type']),
    method: text('method') ?? '',
    target_id: text('target_id'),
    summary: text('summary') ?? '',
    status: text('status') ?? 'ok',
    error_detail: text('error_detail'),
    request_body: body['request_body'],
    response_body: body['response_body'],
  };
}
