import {
  isGrpcServiceError,
  NamespaceNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandleWithStartDetails,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { TemporalClient, WorkflowRun } from '../client/temporal-client.js';
import { taskQueueFor, WORKFLOW_TYPE, workflowIdFor } from '../contract/names.js';
import type { TurnInput } from '../contract/turn-input.js';
import type { WrapperSettings } from '../settings/settings.js';
import { isTimeout } from '../support/wait.js';
import type { WorkflowPolicy } from '../workflow/workflow-policy.js';
import type { LinkOptions } from './link-options.js';

/** A turn that Temporal has. `here`: this process has its first step, and will get the activity. */
export interface SubmittedTurn {
  readonly execution: WorkflowRun;
  readonly here: boolean;
}

/**
 * Starts the workflow of a turn, or finds it running.
 *
 * @throws if Temporal does not acknowledge it in time
 */
export async function submitTurn(
  temporal: TemporalClient,
  options: LinkOptions,
  input: TurnInput,
  timeoutMs: number,
): Promise<SubmittedTurn> {
  const start = (conflict: 'FAIL' | 'TERMINATE_EXISTING') =>
    temporal.calls.make('starting the workflow', timeoutMs, () => startWorkflow(temporal, options, input, conflict));
  try {
    return await start('FAIL');
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const workflowId = workflowIdFor(input.taskId);
  const running = await temporal.calls.make('describing the workflow', timeoutMs, () =>
    temporal.client.workflow.getHandle(workflowId).describe(),
  );
  const execution = { workflowId, runId: running.runId };
  const turn = running.memo?.['turn'];
  if (typeof turn === 'number' && turn >= input.turn) return { execution, here: false };
  // There is a next turn, so the turn before has ended and its workflow is about to close. If it does not, it is terminated,
  // because it must not hold up a turn that a caller waits for.
  await closedWithin(temporal, execution, timeoutMs);
  return start('TERMINATE_EXISTING');
}

async function startWorkflow(
  { client }: TemporalClient,
  { settings, worker: { workspaceId } }: LinkOptions,
  input: TurnInput,
  conflict: 'FAIL' | 'TERMINATE_EXISTING',
): Promise<SubmittedTurn> {
  const { taskId, contextId, turn } = input;
  const workflowId = workflowIdFor(taskId);
  const handle: WorkflowHandleWithStartDetails = await client.workflow.start(WORKFLOW_TYPE, {
    workflowId,
    taskQueue: taskQueueFor(workspaceId),
    args: [input, policyOf(settings)],
    requestEagerStart: true,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: conflict,
    workflowTaskTimeout: settings.workflowTaskTimeoutMs,
    memo: { taskId, contextId, workspaceId, turn },
    staticSummary: `Turn ${turn} of task ${taskId}`,
  });
  return { execution: { workflowId, runId: handle.firstExecutionRunId }, here: handle.eagerlyStarted };
}

/**
 * Ten years. Temporal requires a limit for an attempt and counts from the turn's acceptance, including the wait for its lane. The
 * body has the clock that ends a turn.
 */
const NO_LIMIT_MS = 10 * 365 * 24 * 60 * 60_000;

function policyOf({ heartbeatTimeoutMs, maxAttempts }: WrapperSettings): WorkflowPolicy {
  return { startToCloseMs: NO_LIMIT_MS, heartbeatTimeoutMs, maxAttempts };
}

async function closedWithin({ client, calls }: TemporalClient, run: WorkflowRun, milliseconds: number): Promise<void> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  try {
    await calls.make('end of the turn before', milliseconds, () => handle.result());
  } catch (error) {
    // How it closed does not matter. If it did not close, the start that follows terminates it.
    if (!(error instanceof WorkflowFailedError) && !isTimeout(error)) throw error;
  }
}

/** Requests the cancel of the task's workflow. A task without a running workflow has nothing to cancel. */
export async function cancelWorkflow(
  { client, calls }: TemporalClient,
  taskId: string,
  timeoutMs: number,
): Promise<void> {
  try {
    await calls.make('canceling the workflow', timeoutMs, () =>
      client.workflow.getHandle(workflowIdFor(taskId)).cancel(),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** True if Temporal answered and refused the request itself: the server is well, and another try does not help. */
export function isRefusal(error: unknown): boolean {
  const INVALID_ARGUMENT = 3;
  return grpcCodeOf(error) === INVALID_ARGUMENT;
}

/** True if the namespace may be missing, or access to it may be denied: the namespace must then be checked. */
export function isNoAccess(error: unknown): boolean {
  const UNAUTHENTICATED = 16;
  if (error instanceof NamespaceNotFoundError || error instanceof WorkflowNotFoundError) return true;
  return grpcCodeOf(error) === UNAUTHENTICATED;
}

function grpcCodeOf(error: unknown): number | undefined {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}
