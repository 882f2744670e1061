import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandle,
  type WorkflowHandleWithStartDetails,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Execution } from '../activities/attempt-ownership.js';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import { taskQueueFor, WORKFLOW_TYPE, workflowIdFor } from '../contract/names.js';
import { TURN_TIMEOUT_MARGIN_MS } from '../settings/settings.js';
import { bounded } from '../support/bounded.js';
import type { WorkflowPolicy } from '../workflow/workflow-policy.js';
import type { LinkOptions } from './link-options.js';

/** A turn that Temporal has. `here`: its first step is in this process's hands, and so will the activity be. */
export interface SubmittedTurn {
  readonly execution: Execution;
  readonly here: boolean;
}

/** Starts the workflow of a turn, or finds it running. Rejects when Temporal does not acknowledge it in time. */
export async function submitTurn(
  client: Client,
  options: LinkOptions,
  input: AgentTaskInput,
  timeoutMs: number,
): Promise<SubmittedTurn> {
  try {
    return await startWorkflow(client, options, input, timeoutMs, 'FAIL');
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const workflowId = workflowIdFor(input.taskId);
  const running = await describe(client, workflowId, timeoutMs);
  const turn = running.memo?.['turn'];
  if (typeof turn === 'number' && turn >= input.turn) {
    return { execution: { workflowId, runId: running.runId }, here: false };
  }
  // The turn before is over, or there would be no next one; its workflow is about to close. A moment later it is in the
  // way of a turn that somebody waits for.
  await closedWithin(client.workflow.getHandle(workflowId, running.runId), timeoutMs);
  return startWorkflow(client, options, input, timeoutMs, 'TERMINATE_EXISTING');
}

async function startWorkflow(
  client: Client,
  options: LinkOptions,
  input: AgentTaskInput,
  timeoutMs: number,
  conflict: 'FAIL' | 'TERMINATE_EXISTING',
): Promise<SubmittedTurn> {
  const { settings, workspaceId } = options;
  const { taskId, contextId, turn } = input;
  const workflowId = workflowIdFor(taskId);
  const handle = await bounded<WorkflowHandleWithStartDetails>(
    client.withDeadline(Date.now() + timeoutMs, () =>
      client.workflow.start(WORKFLOW_TYPE, {
        workflowId,
        taskQueue: taskQueueFor(workspaceId),
        args: [input, policyOf(options)],
        requestEagerStart: true,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: conflict,
        workflowExecutionTimeout: settings.executionTimeoutMs,
        workflowTaskTimeout: settings.workflowTaskTimeoutMs,
        memo: { taskId, contextId, workspaceId, turn },
        staticSummary: `Turn ${turn} of task ${taskId}`,
      }),
    ),
    timeoutMs,
    'starting the workflow',
  );
  return { execution: { workflowId, runId: handle.firstExecutionRunId }, here: handle.eagerlyStarted };
}

function policyOf({ settings }: LinkOptions): WorkflowPolicy {
  return {
    startToCloseMs: settings.turnTimeoutMs + TURN_TIMEOUT_MARGIN_MS,
    heartbeatTimeoutMs: settings.heartbeatTimeoutMs,
    maxAttempts: settings.maxAttempts,
  };
}

function describe(client: Client, workflowId: string, timeoutMs: number) {
  const description = client.workflow.getHandle(workflowId).describe();
  return bounded(description, timeoutMs, 'describing the workflow');
}

async function closedWithin(handle: WorkflowHandle, milliseconds: number): Promise<void> {
  try {
    await bounded(handle.result(), milliseconds, 'end of the turn before');
  } catch (error) {
    // However it closed, it is closed; and when it did not, it is ended by the start that follows.
    if (!(error instanceof WorkflowFailedError) && !(error instanceof Error && error.name === 'TimedOut')) throw error;
  }
}

/** Asks Temporal to cancel the task's workflow. A task without a running one has nothing to cancel. */
export async function cancelWorkflow(client: Client, taskId: string, timeoutMs: number): Promise<void> {
  try {
    await bounded(client.workflow.getHandle(workflowIdFor(taskId)).cancel(), timeoutMs, 'canceling the workflow');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** True when Temporal answered, and refused the request itself: it is well, and asking again will not help. */
export function isRefusal(error: unknown): boolean {
  const INVALID_ARGUMENT = 3;
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === INVALID_ARGUMENT;
}
