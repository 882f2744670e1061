import {
  type Client,
  isGrpcServiceError,
  NamespaceNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandle,
  type WorkflowHandleWithStartDetails,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Execution } from '../activities/attempt-ownership.js';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import { taskQueueFor, WORKFLOW_TYPE, workflowIdFor } from '../contract/names.js';
import { isTimeout } from '../support/bounded.js';
import type { WorkflowPolicy } from '../workflow/workflow-policy.js';
import type { Calls } from './calls.js';
import type { LinkOptions } from './link-options.js';

/** A turn that Temporal has. `here`: its first step is in this process's hands, and so will the activity be. */
export interface SubmittedTurn {
  readonly execution: Execution;
  readonly here: boolean;
}

/** Starts the workflow of a turn, or finds it running. Rejects when Temporal does not acknowledge it in time. */
export async function submitTurn(
  client: Client,
  calls: Calls,
  options: LinkOptions,
  input: AgentTaskInput,
  timeoutMs: number,
): Promise<SubmittedTurn> {
  try {
    return await startWorkflow(client, calls, options, input, timeoutMs, 'FAIL');
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const workflowId = workflowIdFor(input.taskId);
  const running = await calls.make('describing the workflow', timeoutMs, () =>
    client.workflow.getHandle(workflowId).describe(),
  );
  const turn = running.memo?.['turn'];
  if (typeof turn === 'number' && turn >= input.turn) {
    return { execution: { workflowId, runId: running.runId }, here: false };
  }
  // The turn before is over, or there would be no next one; its workflow is about to close. A moment later it is in the
  // way of a turn that somebody waits for.
  await closedWithin(calls, client.workflow.getHandle(workflowId, running.runId), timeoutMs);
  return startWorkflow(client, calls, options, input, timeoutMs, 'TERMINATE_EXISTING');
}

async function startWorkflow(
  client: Client,
  calls: Calls,
  options: LinkOptions,
  input: AgentTaskInput,
  timeoutMs: number,
  conflict: 'FAIL' | 'TERMINATE_EXISTING',
): Promise<SubmittedTurn> {
  const { settings, workspaceId } = options;
  const { taskId, contextId, turn } = input;
  const workflowId = workflowIdFor(taskId);
  const handle: WorkflowHandleWithStartDetails = await calls.make('starting the workflow', timeoutMs, () =>
    client.workflow.start(WORKFLOW_TYPE, {
      workflowId,
      taskQueue: taskQueueFor(workspaceId),
      args: [input, policyOf(options)],
      requestEagerStart: true,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: conflict,
      workflowTaskTimeout: settings.workflowTaskTimeoutMs,
      memo: { taskId, contextId, workspaceId, turn },
      staticSummary: `Turn ${turn} of task ${taskId}`,
    }),
  );
  return { execution: { workflowId, runId: handle.firstExecutionRunId }, here: handle.eagerlyStarted };
}

/**
 * Ten years. Temporal demands a bound of an attempt, and counts from the turn's acceptance, the wait for its lane included;
 * the body has the one clock that ends a turn.
 */
const NO_BOUND_MS = 10 * 365 * 24 * 60 * 60_000;

function policyOf({ settings }: LinkOptions): WorkflowPolicy {
  return {
    startToCloseMs: NO_BOUND_MS,
    heartbeatTimeoutMs: settings.heartbeatTimeoutMs,
    maxAttempts: settings.maxAttempts,
  };
}

async function closedWithin(calls: Calls, handle: WorkflowHandle, milliseconds: number): Promise<void> {
  try {
    await calls.make('end of the turn before', milliseconds, () => handle.result());
  } catch (error) {
    // However it closed, it is closed; and when it did not, it is ended by the start that follows.
    if (!(error instanceof WorkflowFailedError) && !isTimeout(error)) throw error;
  }
}

/** Asks Temporal to cancel the task's workflow. A task without a running one has nothing to cancel. */
export async function cancelWorkflow(client: Client, calls: Calls, taskId: string, timeoutMs: number): Promise<void> {
  try {
    await calls.make('canceling the workflow', timeoutMs, () =>
      client.workflow.getHandle(workflowIdFor(taskId)).cancel(),
    );
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

/** True when it may be that the namespace is not there any more, or that we may not use it: Temporal is to be asked for it. */
export function isNoAccess(error: unknown): boolean {
  const UNAUTHENTICATED = 16;
  if (error instanceof NamespaceNotFoundError || error instanceof WorkflowNotFoundError) return true;
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === UNAUTHENTICATED;
}
