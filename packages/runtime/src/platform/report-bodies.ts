import type { JsonObject } from '@molecule/adapters';
import { briefTask, cutText } from '@molecule/adapters';
import type { TurnEnd, TurnReport } from '../tasks/log/turn-reports.js';
import type { Delegation } from '../tasks/team/delegation.js';

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
    error_detail: end.outcome === 'stopped' ? 'stopped before its end' : (end.error ?? ''),
    duration_ms: end.ms,
    request_body: { task_id: taskId, turn },
    // The canvas shows `result`.
    ...(end.answer !== undefined && { response_body: { result: end.answer } }),
  };
}

/** What the platform records of a delegation that has ended. */
export function delegationActivity(workspaceId: string, delegation: Delegation): JsonObject {
  const { id, peerId, text, state, answer, createdAt } = delegation;
  const failed = state !== 'completed';
  return {
    activity_type: 'a2a_send',
    // Not `delegate`, which marks delegations that the platform itself carries out.
    method: 'message/send',
    summary: briefTask(text),
    source_id: workspaceId,
    target_id: peerId,
    status: failed ? 'error' : 'ok',
    error_detail: failed ? cutText(`${state}: ${answer ?? ''}`, REASON_CHARACTERS) : '',
    duration_ms: Math.max(0, Date.now() - createdAt),
    request_body: { delegation_id: id, task: text },
    response_body: { status: state, text: answer ?? '' },
  };
}
