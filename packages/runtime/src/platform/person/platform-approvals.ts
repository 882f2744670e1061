import { setTimeout as sleep } from 'node:timers/promises';
import type { AbortReason, JsonObject } from '@molecule/adapters';
import { z } from 'zod';
import type { Person } from '../../team/tools/person-tools.js';
import { isTemporary, type PlatformApi } from '../api/platform-api.js';

/** The interval at which a decision is queried. */
const ASK_MS = 2_000;
/** The factor by which the interval grows while the platform is unreachable. The query continues, because a person may already have decided. */
const AWAY_FACTOR = 5;
/** The time for closing an approval whose turn has ended. */
const CLOSE_MS = 5_000;
/** By whom the platform denies an approval that is undecided after 10 minutes. */
const EXPIRED = 'auto-expired';

const created = z.looseObject({ approval_id: z.string() });
const approvals = z.array(
  z.looseObject({
    id: z.string(),
    task_id: z.string().nullish(),
    action: z.string(),
    reason: z.string().nullish(),
    status: z.string(),
    decided_by: z.string().nullish(),
    created_at: z.string(),
  }),
);

/** The call of the tool. */
type ToolCall = Parameters<Person['approve']>[1];
type Approval = z.output<typeof approvals>[number];

interface ApprovalRequest {
  readonly action: string;
  readonly reason: string;
}

export interface PlatformApprovalsOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  /** The number of a task's present turn. */
  readonly turnOf: (taskId: string) => Promise<number>;
  /** Default 2,000. */
  readonly askMs?: number | undefined;
}

/**
 * A person's approvals. The platform makes a new one of each request, so the existing ones are read first: a turn that runs again, after a
 * deploy for example, finds the one that it has asked for, and the decision.
 */
export class PlatformApprovals {
  readonly #options: PlatformApprovalsOptions;
  readonly #path: string;
  /** How often each attempt has asked for each action: the second request is another one than the first. */
  readonly #asked = new WeakMap<object, Map<string, number>>();

  constructor(options: PlatformApprovalsOptions) {
    this.#options = options;
    this.#path = `/workspaces/${encodeURIComponent(options.workspaceId)}/approvals`;
  }

  /** Waits for the decision. An outage of the platform, or of its database, only makes it wait longer. */
  async approve(request: ApprovalRequest, call: ToolCall): Promise<JsonObject> {
    const { turnOf, askMs = ASK_MS } = this.#options;
    const { taskId, signal } = call;
    const turn = await turnOf(taskId);
    const owner = turn > 1 ? `${taskId}.${turn}` : taskId;
    const index = this.#count(request, call);
    let id: string | undefined;
    try {
      for (;;) {
        const found = await this.#find(request, owner, index, signal).catch(async (error: unknown) => {
          if (!isTemporary(error)) throw error;
          await sleep(Math.max(askMs * AWAY_FACTOR, error.retryAfterMs ?? 0), undefined, { signal });
          return undefined;
        });
        id = found?.id ?? id;
        if (found && found.status !== 'pending') return decisionOf(found);
        if (found) await sleep(askMs, undefined, { signal });
      }
    } catch (error) {
      if (signal.aborted && id !== undefined) await this.#close(id, signal.reason as Partial<AbortReason>);
      throw error;
    }
  }

  /** The approval, which is made if there is none. Whether an unanswered call has made one shows at the next look. */
  async #find(request: ApprovalRequest, owner: string, index: number, signal: AbortSignal): Promise<Approval> {
    const { api } = this.#options;
    const { action, reason } = request;
    const all = approvals.parse((await api.call({ method: 'GET', path: this.#path, signal })) ?? []);
    const same = all
      .filter((one) => one.task_id === owner && one.action === action && (one.reason ?? '') === reason)
      .sort((one, other) => one.created_at.localeCompare(other.created_at));
    const found = same[index];
    if (found) return found;
    const body = { action, reason, task_id: owner, context: {} };
    const made = created.parse(await api.call({ method: 'POST', path: this.#path, body, signal }));
    return { id: made.approval_id, action, status: 'pending', created_at: '' };
  }

  /** The number of requests of this attempt for the same before this one. */
  #count({ action, reason }: ApprovalRequest, { attempt }: ToolCall): number {
    const counts = this.#asked.get(attempt) ?? new Map<string, number>();
    const key = JSON.stringify([action, reason]);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    this.#asked.set(attempt, counts);
    return count;
  }

  /** A decision about a turn that was canceled, or has run out of time, would have no effect. */
  async #close(id: string, { code }: Partial<AbortReason>): Promise<void> {
    if (code !== 'canceled' && code !== 'deadline') return;
    const body = { decision: 'denied', decided_by: 'the agent, whose task has ended' };
    const path = `${this.#path}/${encodeURIComponent(id)}/decide`;
    await this.#options.api.call({ method: 'POST', path, body, timeoutMs: CLOSE_MS }).catch(() => {});
  }
}

function decisionOf({ status, decided_by }: Approval): JsonObject {
  if (decided_by === EXPIRED) {
    return { approved: false, decided: false, status: 'expired', note: 'There is no decision in time. Do not do it.' };
  }
  return { approved: status === 'approved', decided: true, status };
}
