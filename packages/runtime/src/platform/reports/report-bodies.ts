import type { JsonObject } from '@molecule/adapters';
import { briefTask, cutText } from '@molecule/adapters';
import { isUuid } from '../../support/is-uuid.js';
import type { TurnEnd, TurnReport } from '../../tasks/log/turn-reports.js';
import type { Delegation } from '../../tasks/team/delegation.js';

/** Characters of a reason. */
const REASON_CHARACTERS = 1_000;

/** The step of a turn that the platform's users see. */
export function checkpointOf({ taskId, end }: TurnReport): JsonObject {
  const step = end
    ? { step_name: 'task_complete', step_index: 2, payload: { ok: end.outcome === 'ok' } }
    : { step_name: 'llm_call', step_index: 1, payload: {} };
  return { workflow_id: taskId, ...step };
}

/**
 * What the platform records of a turn that has ended. Not as a message: the platform records each one that it passes on itself, and shows
 * those that a workspace reports as sent by it (`toCommMessage` of the canvas).
 */
export function turnActivity(workspaceId: string, { taskId, turn }: TurnReport, end: TurnEnd): JsonObject {
  const failed = end.outcome === 'failed';
  return {
    activity_type: failed ? 'error' : 'task_update',
    method: 'task',
    summary: end.summary,
    source_id: workspaceId,
    target_id: workspaceId,
    status: failed ? 'error' : 'ok',
    error_detail: detailOf(end),
    duration_ms: end.ms,
    request_body: { task_id: taskId, turn },
    // The canvas shows `result`.
    ...(end.answer !== undefined && { response_body: { result: end.answer } }),
  };
}

function detailOf({ outcome, error = '', until }: TurnEnd): string {
  if (outcome === 'stopped') return 'stopped before its end';
  return outcome === 'asleep' && until !== undefined ? `sleeps until ${new Date(until).toISOString()}` : error;
}

/** A call that reports something. */
export interface ReportCall {
  /** Below the workspace. */
  readonly path: string;
  readonly body: JsonObject;
}

/**
 * What the platform records of a delegation that this workspace carries out itself: that it has begun and ended, which its list and its events
 * show, and the answer, which its list cuts off and its row of the end assigns to no peer.
 */
export function delegationCalls(
  workspaceId: string,
  delegation: Delegation,
): Readonly<Record<NonNullable<Delegation['report']>, ReportCall | undefined>> {
  const { id, peerId, text, state, answer = '' } = delegation;
  // The platform knows workspaces only. Other peers are in the activity alone.
  const isWorkspace = isUuid(peerId);
  const failed = state !== 'completed';
  const reason = cutText(`${state}: ${answer}`, REASON_CHARACTERS);
  const end: JsonObject = failed
    ? { status: 'failed', error: reason }
    : { status: 'completed', response_preview: answer };
  const begin: JsonObject = { target_id: peerId, task: text, delegation_id: id };
  return {
    begin: isWorkspace ? { path: 'delegations/record', body: begin } : undefined,
    end: isWorkspace ? { path: `delegations/${encodeURIComponent(id)}/update`, body: end } : undefined,
    answer: { path: 'activity', body: answerActivity(workspaceId, delegation, isWorkspace) },
  };
}

function answerActivity(workspaceId: string, delegation: Delegation, isWorkspace: boolean): JsonObject {
  const { id, peerId, peerName, text, state, answer = '', createdAt } = delegation;
  const failed = state !== 'completed';
  return {
    activity_type: 'a2a_send',
    // Not `delegate`, which marks delegations that the platform itself carries out.
    method: 'message/send',
    summary: failed ? `${peerName} has not done: ${briefTask(text)}` : `${peerName} has answered: ${briefTask(text)}`,
    source_id: workspaceId,
    target_id: isWorkspace ? peerId : '',
    status: failed ? 'error' : 'ok',
    error_detail: failed ? cutText(`${state}: ${answer}`, REASON_CHARACTERS) : '',
    duration_ms: Math.max(0, Date.now() - createdAt),
    request_body: { delegation_id: id, answer: true },
    response_body: { result: answer },
  };
}
