import { WorkflowFailedError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import type { LlmResult } from '../contract/task-body.js';

/** The turn's result as its workflow tells it. Rejects when Temporal cannot be asked. */
export async function remoteResult(handle: WorkflowHandle): Promise<LlmResult> {
  try {
    return (await handle.result()) as LlmResult;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return failed(reasonOf(error.cause));
    if (error instanceof WorkflowNotFoundError) return failed('The workflow of the task is gone.');
    throw error;
  }
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
