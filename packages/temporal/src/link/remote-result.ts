import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { describeRun, type TemporalClient, type WorkflowRun } from '../client/temporal-client.js';
import type { TurnSummary } from '../contract/turn-body.js';
import { isTimeout } from '../support/wait.js';

/** How long one request waits for the end of a workflow before the next one is made. */
const WAIT_MS = 20_000;

/**
 * Waits for the turn's result from its workflow; if an operator reset the run, from the run that replaced it. Rejects if Temporal
 * cannot be asked or no longer has the workflow, and soon after `signal` is aborted.
 */
export async function remoteResult(
  temporal: TemporalClient,
  { workflowId, runId }: WorkflowRun,
  signal: AbortSignal,
): Promise<TurnSummary> {
  const { client, calls } = temporal;
  for (let run = runId; ; ) {
    try {
      const handle = client.workflow.getHandle(workflowId, run);
      return (await calls.make('end of the workflow', WAIT_MS, () => handle.result())) as TurnSummary;
    } catch (error) {
      if (error instanceof WorkflowFailedError) {
        const next =
          error.cause instanceof TerminatedFailure ? await resetRun(temporal, { workflowId, runId: run }) : '';
        if (!next) return failed(reasonOf(error.cause));
        run = next;
      } else if (!isTimeout(error) || signal.aborted) throw error;
    }
  }
}

/** Id of the run that replaced a run which an operator reset; empty if there is none. */
async function resetRun(temporal: TemporalClient, run: WorkflowRun): Promise<string> {
  return (await describeRun(temporal, run, WAIT_MS)).workflowExtendedInfo?.resetRunId ?? '';
}

function reasonOf(cause: Error | undefined): string {
  if (cause instanceof CancelledFailure) return 'The task was canceled.';
  if (cause instanceof TerminatedFailure) return 'The task was ended by an operator.';
  if (cause instanceof TimeoutFailure) return 'The task took longer than it is allowed to.';
  return 'The workflow of the task failed.';
}

function failed(error: string): TurnSummary {
  return { finalText: '', success: false, error };
}
