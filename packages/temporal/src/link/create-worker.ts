import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { taskQueueFor } from '../contract/names.js';
import type { StageActivities } from '../workflow/stage-activities.js';
import type { LinkOptions } from './link-options.js';

/** Makes the worker of this process; it does not run yet. */
export async function createWorker(
  options: LinkOptions,
  connection: NativeConnection,
  dataConverter: DataConverter,
  activities: StageActivities,
): Promise<Worker> {
  const { Worker } = await import('@temporalio/worker');
  return Worker.create({
    connection,
    namespace: options.namespace,
    identity: options.identity,
    taskQueue: taskQueueFor(options.workspaceId),
    workflowBundle: { codePath: options.workflowBundlePath ?? shippedBundlePath() },
    activities,
    dataConverter,
    // Without it a cancel and a checkpoint wait for most of the heartbeat timeout.
    maxHeartbeatThrottleInterval: options.settings.heartbeatIntervalMs,
    // A workflow whose process died waits no longer than this for that very process.
    stickyQueueScheduleToStartTimeout: '1s',
    // A turn is waiting, not computing. Too few slots and another replica is given the turn that begins here.
    maxConcurrentActivityTaskExecutions: 1_000,
    maxConcurrentWorkflowTaskExecutions: 200,
    // The wrapper itself ends the turns when their time of grace is over.
    shutdownGraceTime: options.settings.executionTimeoutMs,
    // Runs workflows on the main thread: this workflow computes nothing, and a second thread costs 50 MB and 0.3 s of boot.
    debugMode: true,
  });
}

function shippedBundlePath(): string {
  return fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
}
