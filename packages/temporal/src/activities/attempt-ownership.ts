import type { AbortReason, Logger } from '@molecule/adapters';
import type { Info } from '@temporalio/activity';
import proto from '@temporalio/proto';
import { describeRun, type RunDescription, type TemporalClient, type WorkflowRun } from '../client/temporal-client.js';
import { LLM_CALL } from '../contract/names.js';
import type { TurnBody } from '../contract/turn-body.js';
import type { TurnInput } from '../contract/turn-input.js';
import { errorDetail } from '../support/error-detail.js';

const { PendingActivityState, WorkflowExecutionStatus } = proto.temporal.api.enums.v1;

export interface AttemptOwnershipOptions {
  readonly temporal: TemporalClient;
  readonly identity: string;
  readonly timeoutMs: number;
  readonly body: TurnBody;
  readonly logger: Logger;
}

/**
 * Finds out from Temporal which process has an attempt, and what an operator has done to it. Without certainty a turn runs on,
 * because the body's own record fences two runs of it, and a stop cannot be undone. So only an operator stops a turn that the body
 * holds.
 */
export class AttemptOwnership {
  readonly #options: AttemptOwnershipOptions;

  constructor(options: AttemptOwnershipOptions) {
    this.#options = options;
  }

  /** Why the turn must stop here; undefined while it may run on. */
  async lost(run: WorkflowRun, input: TurnInput): Promise<AbortReason | undefined> {
    const { temporal, timeoutMs, body, logger } = this.#options;
    try {
      const description = await describeRun(temporal, run, timeoutMs);
      const request = operatorRequest(description);
      if (request) return request;
      const gone = this.#goneElsewhere(description);
      return gone && !(await body.holds?.(input)) ? gone : undefined;
    } catch (error) {
      logger.debug('Temporal could not be asked which process has the turn; it runs on', {
        workflowId: run.workflowId,
        error: errorDetail(error),
      });
      return undefined;
    }
  }

  #goneElsewhere(description: RunDescription): AbortReason | undefined {
    const status = description.workflowExecutionInfo?.status;
    if (status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT) {
      return { code: 'deadline', message: 'The workflow took longer than it is allowed to.' };
    }
    if (status !== WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING) {
      return { code: 'superseded', message: 'The turn has ended in another process.' };
    }
    const pending = llmCallOf(description);
    const taken =
      pending?.state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED &&
      pending.lastWorkerIdentity !== this.#options.identity;
    return taken ? { code: 'superseded', message: 'Another process has taken the turn over.' } : undefined;
  }
}

const PAUSED: AbortReason = { code: 'superseded', message: 'The turn was paused by an operator.' };

/** What an operator has requested for the workflow or its activity: cancel, terminate, reset, pause. */
function operatorRequest(description: RunDescription): AbortReason | undefined {
  const status = description.workflowExecutionInfo?.status;
  const { cancelRequested = false, resetRunId = '' } = description.workflowExtendedInfo ?? {};
  if (resetRunId) return { code: 'superseded', message: 'The workflow was reset: its new run begins the turn again.' };
  if (status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED) {
    return { code: 'canceled', message: 'The workflow was terminated.' };
  }
  if (cancelRequested || status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED) {
    return { code: 'canceled', message: 'The task was canceled.' };
  }
  return isPaused(description) ? PAUSED : undefined;
}

/** True if an operator has paused the turn: its activity, or the whole workflow. */
export function isPaused(description: RunDescription): boolean {
  const status = description.workflowExecutionInfo?.status;
  return (
    status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_PAUSED || (llmCallOf(description)?.paused ?? false)
  );
}

function llmCallOf(description: RunDescription) {
  return description.pendingActivities?.find((one) => one.activityId === LLM_CALL);
}

/** The run that an attempt belongs to. */
export function workflowRunOf(info: Info): WorkflowRun {
  const execution = info.workflowExecution;
  if (!execution) throw new Error(`Activity ${info.activityId} was not started by a workflow.`);
  return { workflowId: execution.workflowId, runId: execution.runId };
}
