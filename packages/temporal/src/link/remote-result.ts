import { type Client, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import type { Execution } from '../activities/attempt-ownership.js';
import type { LlmResult } from '../contract/task-body.js';
import { isTimeout } from '../support/bounded.js';
import type { Calls } from './calls.js';

/** How long one request waits for the end of a workflow; then the next one does. */
const WAIT_MS = 20_000;

/**
 * The turn's result as its workflow tells it; of a run that an operator has reset, the run that came after it. Rejects when
 * Temporal cannot be asked or does not know the workflow any more, and soon after `signal` is aborted.
 */
export async function remoteResult(
  client: Client,
  calls: Calls,
  { workflowId, runId }: Execution,
  signal: AbortSignal,
): Promise<LlmResult> {
  for (let run = runId; ; ) {
    try {
      const handle = client.workflow.getHandle(workflowId, run);
      return (await calls.make('end of the workflow', WAIT_MS, () => handle.result())) as LlmResult;
    } catch (error) {
      if (error instanceof WorkflowFailedError) {
        const next = error.cause instanceof TerminatedFailure ? await resetRun(client, calls, workflowId, run) : '';
        if (!next) return failed(reasonOf(error.cause));
        run = next;
      } else if (!isTimeout(error) || signal.aborted) throw error;
    }
  }
}

/** The run that an operator's reset has put in the place of another; empty when there was none. */
async function resetRun(client: Client, calls: Calls, workflowId: string, runId: string): Promise<string> {
  const { namespace } = client.options;
  const description = await calls.make('describing the workflow', WAIT_MS, () =>
    client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId, runId } }),
  );
  return description.workflowExtendedInfo?.resetRunId ?? '';
}

function reasonOf(cause: Error | undefined): string {
  if (cause instanceof CancelledFailure) return 'The task was canceled.';
  if (cause instanceof TerminatedFailure) return 'The task was ended by an operator.';
  if (cause instanceof TimeoutFailure) return 'The task took longer than it is allowed to.';
  return 'The workflow of the task failed.';
}

function failed(error: string): LlmResult {
  return { finalText: '', success: false, error };
}
