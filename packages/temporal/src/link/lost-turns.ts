import { type Client, isGrpcServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import proto from '@temporalio/proto';
import { LLM_CALL, taskQueueFor, workflowIdFor } from '../contract/names.js';
import { errorDetail } from '../support/error-detail.js';
import type { LinkOptions } from './link-options.js';

const { PendingActivityState } = proto.temporal.api.enums.v1;
const AT_ONCE = 16;
const GRPC_NOT_FOUND = 5;

/**
 * Gives up the turns that earlier lives of this installation were running when they died, so that Temporal dispatches
 * them again at once instead of after their heartbeat timeout. Returns how many there were.
 */
export async function giveUpLostTurns(client: Client, options: LinkOptions): Promise<void> {
  const ids = [...(await openWorkflowIds(client, options))];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => giveUpLogged(client, options, id)));
  }
}

/** From the task log, which is exact, and from Temporal's index, which knows more and lags. */
async function openWorkflowIds(client: Client, options: LinkOptions): Promise<Set<string>> {
  const ids = new Set<string>();
  try {
    for (const taskId of await options.unfinished()) ids.add(workflowIdFor(taskId));
  } catch (error) {
    options.logger.warn('the task log could not list its unfinished tasks', { error: errorDetail(error) });
  }
  try {
    for await (const id of runningWorkflowIds(client, options)) ids.add(id);
  } catch (error) {
    // The task log's own list is there all the same.
    options.logger.warn('Temporal could not list the running workflows', { error: errorDetail(error) });
  }
  return ids;
}

/** Page by page through the raw service: the client would decode each memo, which may be of a key that is not here. */
async function* runningWorkflowIds(client: Client, options: LinkOptions): AsyncGenerator<string> {
  const queue = taskQueueFor(options.workspaceId).replaceAll("'", "\\'");
  const query = `TaskQueue = '${queue}' AND ExecutionStatus = 'Running'`;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace: options.namespace,
      query,
      ...(nextPageToken && { nextPageToken }),
    });
    for (const { execution } of page.executions) if (execution?.workflowId) yield execution.workflowId;
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
}

async function giveUpLogged(client: Client, options: LinkOptions, workflowId: string): Promise<void> {
  try {
    await giveUp(client, options, workflowId);
  } catch (error) {
    // The next sweep, or the heartbeat timeout, gets this one.
    options.logger.debug('a turn could not be given up in Temporal yet', { workflowId, error: errorDetail(error) });
  }
}

async function giveUp(client: Client, options: LinkOptions, workflowId: string): Promise<void> {
  const description = await describeIfKnown(client, options, workflowId);
  const runId = description?.workflowExecutionInfo?.execution?.runId;
  const pending = description?.pendingActivities?.find((activity) => activity.activityId === LLM_CALL);
  const holder = pending?.lastWorkerIdentity ?? '';
  const isOwn = holder.startsWith(options.instancePrefix) && holder !== options.identity;
  if (pending?.state !== PendingActivityState.PENDING_ACTIVITY_STATE_STARTED || !isOwn || !runId) return;
  const execution = { workflowId, runId };
  await client.workflowService.resetStickyTaskQueue({ namespace: options.namespace, execution });
  await client.activity.fail(
    { ...execution, activityId: LLM_CALL },
    ApplicationFailure.create({
      message: 'The process that ran the turn was restarted.',
      type: 'WorkerLost',
      nextRetryDelay: '1ms',
    }),
  );
  options.logger.info('turn of an earlier process is taken up again', { workflowId, holder });
}

async function describeIfKnown(client: Client, { namespace }: LinkOptions, workflowId: string) {
  try {
    return await client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } });
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return undefined;
    throw error;
  }
}
