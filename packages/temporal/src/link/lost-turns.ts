import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import proto from '@temporalio/proto';
import { LLM_CALL, taskQueueFor, workflowIdFor } from '../contract/names.js';
import { errorDetail } from '../support/error-detail.js';
import type { LinkOptions } from './link-options.js';

const { PendingActivityState } = proto.temporal.api.enums.v1;
const AT_ONCE = 16;

/**
 * Gives up the turns that earlier lives of this installation were running when they died, so that Temporal dispatches
 * them again at once instead of after their heartbeat timeout. Returns how many there were.
 */
export async function giveUpLostTurns(client: Client, options: LinkOptions): Promise<number> {
  const ids = [...(await openWorkflowIds(client, options))];
  let count = 0;
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const given = await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => giveUpLogged(client, options, id)));
    count += given.filter(Boolean).length;
  }
  return count;
}

/** From the task log, which is exact, and from Temporal's index, which knows more and lags. */
async function openWorkflowIds(client: Client, options: LinkOptions): Promise<Set<string>> {
  const ids = new Set<string>();
  try {
    for (const taskId of await options.unfinished()) ids.add(workflowIdFor(taskId));
  } catch (error) {
    options.logger.warn('the task log could not list its unfinished tasks', { error: errorDetail(error) });
  }
  const queue = taskQueueFor(options.workspaceId).replaceAll("'", "\\'");
  for await (const one of client.workflow.list({ query: `TaskQueue = '${queue}' AND ExecutionStatus = 'Running'` })) {
    ids.add(one.workflowId);
  }
  return ids;
}

async function giveUpLogged(client: Client, options: LinkOptions, workflowId: string): Promise<boolean> {
  try {
    return await giveUp(client, options, workflowId);
  } catch (error) {
    // The next sweep, or the heartbeat timeout, gets this one.
    options.logger.warn('a turn could not be taken up again yet', { workflowId, error: errorDetail(error) });
    return false;
  }
}

async function giveUp(client: Client, options: LinkOptions, workflowId: string): Promise<boolean> {
  const description = await describeIfKnown(client, workflowId);
  if (description?.status.name !== 'RUNNING') return false;
  const pending = description.raw.pendingActivities?.find((activity) => activity.activityId === LLM_CALL);
  const holder = pending?.lastWorkerIdentity ?? '';
  const isOwn = holder.startsWith(options.instancePrefix) && holder !== options.identity;
  if (pending?.state !== PendingActivityState.PENDING_ACTIVITY_STATE_STARTED || !isOwn) return false;
  const execution = { workflowId, runId: description.runId };
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
  return true;
}

async function describeIfKnown(client: Client, workflowId: string) {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
