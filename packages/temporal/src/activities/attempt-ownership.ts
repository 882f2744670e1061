import type { AbortReason, Logger } from '@molecule/adapters';
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import { LLM_CALL } from '../contract/names.js';
import type { TaskBody } from '../contract/task-body.js';
import type { Calls } from '../link/calls.js';
import { errorDetail } from '../support/error-detail.js';

const { PendingActivityState, WorkflowExecutionStatus } = proto.temporal.api.enums.v1;

/** One run of a workflow. */
export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

export interface AttemptOwnershipOptions {
  readonly client: Client;
  readonly calls: Calls;
  readonly namespace: string;
  readonly identity: string;
  readonly timeoutMs: number;
  readonly body: TaskBody;
  readonly logger: Logger;
}

type Description = Awaited<ReturnType<Client['workflowService']['describeWorkflowExecution']>>;

/**
 * Asks Temporal whose an attempt is, and what an operator has done to it. Doubt never stops a turn: the body's own record
 * fences two of them, and a stop cannot be undone. So only an operator's word stops a turn that the body holds.
 */
export class AttemptOwnership {
  constructor(private readonly options: AttemptOwnershipOptions) {}

  /** Why the turn must stop here; undefined while it may go on. */
  async lost(execution: Execution, input: AgentTaskInput): Promise<AbortReason | undefined> {
    const { body, logger } = this.options;
    try {
      const description = await this.#describe(execution);
      const wanted = operatorsWish(description);
      if (wanted) return wanted;
      const gone = this.#goneElsewhere(description);
      return gone && !(await body.holds?.(input)) ? gone : undefined;
    } catch (error) {
      logger.debug('could not ask Temporal whose the turn is; it goes on', {
        workflowId: execution.workflowId,
        error: errorDetail(error),
      });
      return undefined;
    }
  }

  #describe(execution: Execution): Promise<Description> {
    const { client, calls, namespace, timeoutMs } = this.options;
    // The raw service: the client would decode the memo, which may be of a key that is not here.
    return calls.make('describing the workflow', timeoutMs, () =>
      client.workflowService.describeWorkflowExecution({ namespace, execution }),
    );
  }

  #goneElsewhere(description: Description): AbortReason | undefined {
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
      pending.lastWorkerIdentity !== this.options.identity;
    return taken ? { code: 'superseded', message: 'Another process has taken the turn over.' } : undefined;
  }
}

/** What an operator has done to the workflow or its activity: cancel, terminate, reset, pause. */
function operatorsWish(description: Description): AbortReason | undefined {
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

const PAUSED: AbortReason = { code: 'superseded', message: 'The turn was paused by an operator.' };

/** Whether an operator has paused the turn: its activity, or the whole workflow. */
export function isPaused(description: Description): boolean {
  const status = description.workflowExecutionInfo?.status;
  return (
    status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_PAUSED || (llmCallOf(description)?.paused ?? false)
  );
}

function llmCallOf(description: Description) {
  return description.pendingActivities?.find((one) => one.activityId === LLM_CALL);
}

/** The run that an attempt belongs to. */
export function executionOf(info: Info): Execution {
  const execution = info.workflowExecution;
  if (!execution) throw new Error(`Activity ${info.activityId} was not started by a workflow.`);
  return { workflowId: execution.workflowId, runId: execution.runId };
}
