import { isGrpcServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { TemporalClient } from '../client/temporal-client.js';
import { LLM_CALL, taskQueueFor, workflowIdFor } from '../contract/names.js';
import { errorDetail } from '../support/error-detail.js';
import type { LinkOptions } from './link-options.js';

const { PendingActivityState } = proto.temporal.api.enums.v1;
const AT_ONCE = 16;
const GRPC_NOT_FOUND = 5;

/**
 * Fails the attempts of turns that earlier boots of this installation were running when they died, so that Temporal dispatches the
 * turns at once instead of after their heartbeat timeout.
 */
export async function failLostAttempts(temporal: TemporalClient, options: LinkOptions): Promise<void> {
  const ids = [...(await openWorkflowIds(temporal, options))];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => failLogged(temporal, options, id)));
  }
}

/** From the body's record, which is exact, and from Temporal's index, which is complete but lags. */
async function openWorkflowIds(temporal: TemporalClient, options: LinkOptions): Promise<Set<string>> {
  const ids = new Set<string>();
  try {
    for (const taskId of (await options.body.unfinished?.()) ?? []) ids.add(workflowIdFor(taskId));
  } catch (error) {
    options.logger.warn('the task log could not list its unfinished tasks', { error: errorDetail(error) });
  }
  try {
    for await (const id of runningWorkflowIds(temporal, options)) ids.add(id);
  } catch (error) {
    // The body's own list is complete enough.
    options.logger.warn('Temporal could not list the running workflows', { error: errorDetail(error) });
  }
  return ids;
}

/** Page by page through the raw service: the client would decode each memo, and the key for it may be missing here. */
async function* runningWorkflowIds(
  { client, namespace }: TemporalClient,
  options: LinkOptions,
): AsyncGenerator<string> {
  const queue = taskQueueFor(options.worker.workspaceId).replaceAll("'", "\\'");
  const query = `TaskQueue = '${queue}' AND ExecutionStatus = 'Running'`;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace,
      query,
      ...(nextPageToken && { nextPageToken }),
    });
    for (const { execution } of page.executions) if (execution?.workflowId) yield execution.workflowId;
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
}

async function failLogged(temporal: TemporalClient, options: LinkOptions, workflowId: string): Promise<void> {
  try {
    await failAttempt(temporal, options, workflowId);
  } catch (error) {
    // The next sweep or the heartbeat timeout ends this attempt.
    options.logger.debug('a lost attempt could not be failed yet', { workflowId, error: errorDetail(error) });
  }
}

async function failAttempt(temporal: TemporalClient, options: LinkOptions, workflowId: string): Promise<void> {
  const { client, namespace } = temporal;
  const { instancePrefix, identity } = options.worker;
  const description = await describeIfKnown(temporal, workflowId);
  const runId = description?.workflowExecutionInfo?.execution?.runId;
  const pending = description?.pendingActivities?.find((activity) => activity.activityId === LLM_CALL);
  const holder = pending?.lastWorkerIdentity ?? '';
  const isOwn = holder.startsWith(instancePrefix) && holder !== identity;
  if (pending?.state !== PendingActivityState.PENDING_ACTIVITY_STATE_STARTED || !isOwn || !runId) return;
  const execution = { workflowId, runId };
  await client.workflowService.resetStickyTaskQueue({ namespace, execution });
  await client.activity.fail(
    { ...execution, activityId: LLM_CALL },
    ApplicationFailure.create({
      message: 'The process that ran the turn was restarted.',
      type: 'WorkerLost',
      nextRetryDelay: '1ms',
    }),
  );
  options.logger.info('turn of an earlier boot is resumed', { workflowId, holder });
}

/** Without a time limit of its own: the limit of the whole search counts. */
async function describeIfKnown({ client, namespace }: TemporalClient, workflowId: string) {
  try {
    return await client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } });
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return undefined;
    throw error;
  }
}
