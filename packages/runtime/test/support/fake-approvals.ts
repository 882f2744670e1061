import { randomUUID } from 'node:crypto';
import type { Answer } from './fake-delegations.js';

interface Approval {
  readonly id: string;
  readonly workspace: string;
  readonly task_id: string;
  readonly action: string;
  readonly reason: string;
  status: string;
  decided_by: string | null;
  readonly created_at: string;
}

/** The platform's approvals: nothing makes them unique. Source: `approvals.go`. */
export class FakeApprovals {
  readonly all: Approval[] = [];
  /** The decision of every open approval at its next query. */
  decision: 'approved' | 'denied' | 'pending' = 'approved';

  create(workspace: string, body: Readonly<Record<string, unknown>>): Answer {
    const text = (name: string) => (typeof body[name] === 'string' ? String(body[name]) : '');
    if (text('action') === '') return { status: 400, body: { error: 'invalid request body' } };
    const id = randomUUID();
    const created_at = new Date(Date.now() + this.all.length).toISOString();
    const columns = { task_id: text('task_id'), action: text('action'), reason: text('reason'), created_at };
    this.all.push({ id, workspace, ...columns, status: 'pending', decided_by: null });
    return { status: 201, body: { approval_id: id, status: 'pending' } };
  }

  /** The newest 50, newest first, without their context. */
  list(workspace: string): Answer {
    const own = this.all.filter((one) => one.workspace === workspace);
    if (this.decision !== 'pending')
      for (const { id, status } of own) if (status === 'pending') this.#set(id, this.decision, 'human');
    return { status: 200, body: own.reverse().slice(0, 50) };
  }

  decide(id: string, body: Readonly<Record<string, unknown>>): Answer {
    const { decision, decided_by: by = 'human' } = body;
    if (decision !== 'approved' && decision !== 'denied') return { status: 400, body: { error: 'decision' } };
    if (!this.#set(id, decision, String(by))) return { status: 404, body: { error: 'not found or already decided' } };
    return { status: 200, body: { status: decision, approval_id: id } };
  }

  #set(id: string, decision: string, by: string): boolean {
    const approval = this.all.find((one) => one.id === id && one.status === 'pending');
    if (approval) Object.assign(approval, { status: decision, decided_by: by });
    return approval !== undefined;
  }
}
