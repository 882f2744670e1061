import type { Client } from '@temporalio/client';
import type { Calls } from './calls.js';

/** A client of one namespace, each of whose requests goes through `calls`. */
export interface TemporalClient {
  readonly client: Client;
  readonly calls: Calls;
  readonly namespace: string;
}

/** One run of a workflow. */
export interface WorkflowRun {
  readonly workflowId: string;
  readonly runId: string;
}

export type RunDescription = Awaited<ReturnType<Client['workflowService']['describeWorkflowExecution']>>;

/** Describes a run of a workflow; without a `runId` the latest one. */
export function describeRun(
  { client, calls, namespace }: TemporalClient,
  execution: Partial<WorkflowRun>,
  timeoutMs: number,
): Promise<RunDescription> {
  // The raw service, because the client would decode the memo, and the key for it may be missing here.
  return calls.make('describing the workflow', timeoutMs, () =>
    client.workflowService.describeWorkflowExecution({ namespace, execution }),
  );
}
